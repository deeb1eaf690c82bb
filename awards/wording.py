"""How papers speak of giving a form of commendation; papers are Vietnamese."""

from core.documents.paper import lowered


def giving(form: str) -> str:
    """“tặng Giấy khen”, “biểu dương, khen thưởng …”: a thing is given, praise is not."""
    if form.startswith("Biểu dương"):
        return lowered(form)
    return f"tặng {form}"
