"""How long a request may take, in working days from the day on which it was received.

Nghị định 356/2025/NĐ-CP, Điều 5, as public notes on it say: acceptance within 2 working days,
sight and correction 10, restriction 15, erasure 20. The text itself was not at hand (fact with weak
confidence). For using data again after a restriction no source gives a term.
"""

from core import calendar
from units.models import PersonalRequest, RequestKind, RequestState

SOURCE = "Nghị định 356/2025/NĐ-CP, Điều 5"
TO_ACCEPT = 2
TO_ANSWER: dict[str, int] = {
    RequestKind.ACCESS: 10,
    RequestKind.CORRECTION: 10,
    RequestKind.RESTRICTION: 15,
    RequestKind.ERASURE: 20,
}


def due(request: PersonalRequest, days: calendar.Calendar) -> calendar.Term | None:
    """Until when the next step is owed; None of one that was answered, or of
    which no source gives the term."""
    if request.state == RequestState.ENTERED:
        return calendar.add_working_days(request.received_on, TO_ACCEPT, days)
    owed = TO_ANSWER.get(request.kind)
    if request.state == RequestState.RECEIVED and owed:
        return calendar.add_working_days(request.received_on, owed, days)
    return None
