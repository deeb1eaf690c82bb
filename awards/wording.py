"""How papers speak of giving a form of commendation; papers are Vietnamese."""


def giving(form: str) -> str:
    """“tặng Giấy khen”, “biểu dương, khen thưởng …”: a thing is given, praise is not."""
    if form.startswith("Biểu dương"):
        return f"{form[:1].lower()}{form[1:]}"
    return f"tặng {form}"
