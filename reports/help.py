"""Help: what each part of the portal is for, and how to begin, in the words of its pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access import signed_in


@dataclass(frozen=True)
class Topic:
    """Help for one part of the portal.

    Attributes:
        key: the part's namespace of addresses; the link “Help” of its pages leads here.
        title: its translated name, as in the navigation.
        purpose: what it is for.
        steps: how to do what is done there, one sentence each.
    """

    key: str
    title: Any
    purpose: Any
    steps: tuple[Any, ...]


TOPICS = (
    Topic(
        "home",
        _("My work"),
        _("What waits for you today, with its deadline; everything else is reached from the menu."),
        (
            _("Begin with the first card: what is overdue or returned stands first."),
            _(
                "If the page is empty although you should have work, look under your name whether"
                " your role is still running, and ask the administrator of your unit."
            ),
            _(
                "The search at the top (Ctrl+K) finds units by name or code, papers by number, and"
                " people in your own lists while their names are open to you."
            ),
            _("“Who sees this? Why can I not?” on a record says who may do what there, and why."),
        ),
    ),
    Topic(
        "assessments",
        _("Self-assessments"),
        _("The yearly self-assessment by the criteria that apply to the unit, and its review."),
        (
            _(
                "The unit answers each criterion and attaches evidence; every field is saved by"
                " itself as soon as it is left, and says so."
            ),
            _(
                "“Check before sending” names what is missing, with the rule behind it; then the"
                " person who may send sends it. It can be taken back until the office receives it."
            ),
            _(
                "The office receives, compares what was claimed with what the portal knows, accepts"
                " or changes with a reason, and returns the whole or confirms the result."
            ),
            _(
                "“Why?” beside the result tells for each criterion what was required, what was"
                " found and where that is from, also years later."
            ),
            _(
                "Hamlets, households and citizens are assessed many at once under “Many at once”:"
                " Enter and the arrows go from row to row, a row is saved when it is left."
            ),
            _(
                "In the list, choose rows or all that match the filters, then receive, return,"
                " confirm or remind together; what will happen is shown before."
            ),
        ),
    ),
    Topic(
        "registrations",
        _("Registrations"),
        _("At the start of a round units register for titles and forms of commendation."),
        (
            _(
                "A hamlet ticks its households and citizens, or states only their number, and sends"
                " the list; the blank list with a column for signatures can be printed first."
            ),
            _("Until it is approved, what was sent can be taken back and corrected."),
            _(
                "After approval a registration can be withdrawn until the deadline; who approves is"
                " the commune or the office of the route."
            ),
        ),
    ),
    Topic(
        "recognitions",
        _("Recognition of titles"),
        _("Titles that units hold by decisions, and what was declared of earlier ones."),
        (
            _("Enter a title held by an earlier paper decision with its number, day and scan."),
            _("The office that keeps the titles confirms it, or rejects it with a reason."),
            _("Only confirmed titles count for criteria that ask for them."),
        ),
    ),
    Topic(
        "nominations",
        _("Nominations for commendation"),
        _("Who is proposed for which form of commendation, with report, evidence and pre-check."),
        (
            _(
                "Under “Propose”, choose the form: the portal says who qualifies, and why the"
                " others do not; begin for those whom you tick."
            ),
            _(
                "Each text is saved by itself. The pre-check names what blocks and what deserves a"
                " look, with the article."
            ),
            _(
                "What another office decides goes on a submission; what your own leader decides is"
                " put before your own office, where a second person appraises it."
            ),
        ),
    ),
    Topic(
        "submissions",
        _("Submissions"),
        _("The papers that carry nominations from one office to the next, and whose turn it is."),
        (
            _(
                "Put nominations on it, attach the minutes; a second person signs it off, then it"
                " is sent. It can be taken back until the office receives it."
            ),
            _(
                "From receiving on the working days count. The office appraises each nomination,"
                " returns single ones or the whole with reasons, or sends them on with its own."
            ),
            _(
                "Terms, quotas, restrictions and required consultations stand under the rules, each"
                " with the text that sets it."
            ),
        ),
    ),
    Topic(
        "meetings",
        _("Meetings of the Council"),
        _("The Council: its roster, its meetings, and what it voted on each nomination."),
        (
            _(
                "The secretary enters who sits on the Council and by which rule it votes, puts"
                " appraised nominations on a meeting and invites."
            ),
            _(
                "At the meeting presence is recorded; members vote openly here, or by ballots that"
                " the portal prints and whose count is entered."
            ),
            _("A closed count cannot be changed; the minutes come by themselves."),
        ),
    ),
    Topic(
        "decisions",
        _("Decisions on commendation"),
        _("From the draft to the published decision, its certificates and the book."),
        (
            _(
                "Who drafts takes up what passed the Council, or what a rule lets the leader decide"
                " without a vote; the registrar checks the form, the leader signs."
            ),
            _(
                "The registrar gives number and day, attaches the signed paper, issues and"
                " publishes it: nobody concerned is told before."
            ),
            _(
                "Certificates are made of a published decision. It is corrected or revoked by a"
                " document, whole or line by line."
            ),
        ),
    ),
    Topic(
        "verify",
        _("Check a certificate"),
        _("Anybody checks a certificate by the serial that stands on it, without an account."),
        (
            _("Scan the code or type the serial: it is valid, replaced or revoked."),
            _("A name may be typed to learn whether it is that on the certificate."),
        ),
    ),
    Topic(
        "rounds",
        _("Rounds"),
        _("A round is the work of one assessed year: day of the figures, deadlines per tier."),
        (
            _("Deadlines are set for a territory and a kind of unit; the nearest one counts."),
            _("The end of a phase has deadlines of its own for nominations, kept in the same way."),
            _(
                "A deadline moves only with a reason; those concerned see who moved it, from when"
                " to when."
            ),
        ),
    ),
    Topic(
        "targets",
        _("Targets"),
        _("What the plans for a territory promise, and how far its communes are."),
        (
            _("The share is counted from the figures that each commune states on its own page."),
            _("A commune whose figures are missing is left out of the sum and named in the list."),
        ),
    ),
    Topic(
        "launches",
        _("Launches and responses"),
        _("A plan is launched to the units below, which answer with a plan or respond."),
        (
            _("The unit finds the launch under “My work” and answers before its deadline."),
            _("The unit above sees who has not answered, and reminds them, once a day at most."),
        ),
    ),
    Topic(
        "registers",
        _("Registers"),
        _("Contributions, initiatives and models, inspections: with period and evidence."),
        (
            _("Enter what was done, attach the paper; somebody else confirms it."),
            _("Criteria that speak of these things show what the registers hold."),
        ),
    ),
    Topic(
        "reforms",
        _("Reforms of units"),
        _("Mergers, divisions, renamings and other acts by a resolution, on their day."),
        (
            _(
                "Begin with the resolution and its day, then add what is merged, divided, founded,"
                " renamed, moved or ended; the preview says what follows."
            ),
            _(
                "A body above confirms what another proposes. What is ahead of time is a plan, and"
                " is carried out on its day by itself."
            ),
            _("It can be undone until something was built on it: the page names what."),
        ),
    ),
    Topic(
        "units",
        _("Units"),
        _("The administrative units of any day, with their hamlets, organisations and figures."),
        (
            _("Search with or without accents; a day shows the units as they were then."),
            _(
                "Hamlets, schools, agencies and enterprises are entered in a grid below their"
                " commune or office, each with the paper that it rests on."
            ),
            _(
                "Figures are stated with day and paper; a change is a new figure, the former one"
                " stays."
            ),
            _(
                "Names of households and citizens open for an hour, with a reason; each opening is"
                " kept on record."
            ),
        ),
    ),
    Topic(
        "requests",
        _("Requests about personal data"),
        _(
            "People ask to see what is kept of them, or that it is corrected, not used, or erased;"
            " each request has its term."
        ),
        (
            _(
                "Enter a request on the day it comes, by the number of the person in the list, and"
                " say who brought it and how the identity was checked; then accept it."
            ),
            _(
                "Another person carries it out. The page says before what an erasure takes out and"
                " what stays, because it was issued and signed."
            ),
            _(
                "Who asks to see their data is given a paper that is made on the page of the"
                " request. Data that are not to be used stay, and are shown nowhere until a request"
                " to use them again is carried out."
            ),
            _("A refusal is the answer to the person: name the law, leave the name out."),
            _(
                "How long data are kept is entered by an administrator of the country with the text"
                " that says so; until then nothing is removed by itself."
            ),
        ),
    ),
    Topic(
        "people",
        _("People"),
        _("Who works in the portal, in which role, at which unit, from when until when."),
        (
            _("Invite by link; the person chooses a password. Nobody can give what they lack."),
            _("A deputy acts for some days in the name of another, and every act says so."),
            _("On transfer all roles end on one day; what the person did stays."),
        ),
    ),
    Topic(
        "plans",
        _("Plans"),
        _("The documents of the campaign, word for word, with criteria, titles and targets."),
        (
            _("Each criterion leads to its sentence, each sentence to its source."),
            _("What no source says is shown as such; nothing is filled in by guessing."),
        ),
    ),
    Topic(
        "criteria",
        _("Criteria"),
        _("The sets of criteria, for whom and from when each applies."),
        (
            _("A unit is assessed by the set of the nearest authority above it."),
            _(
                "Where none applies the portal says so; a set comes with the plan of the province,"
                " published by the standing office for emulation."
            ),
            _(
                "Administrators of its territory draft the next version on the page of a set: they"
                " change criteria and rules, see what differs and what does not fit, and put it"
                " forward; a second administrator publishes it from its day."
            ),
        ),
    ),
    Topic(
        "calendar",
        _("Calendar of working days"),
        _("Holidays and swapped days of each year, each with the document that gives it."),
        (_("Terms in working days are estimates for a year that is not entered yet."),),
    ),
    Topic(
        "notices",
        _("Notices"),
        _("What concerns you, collected by day; by mail once a day where you have an address."),
        (_("Each kind can be turned down, except what the law requires to be told."),),
    ),
    Topic(
        "jobs",
        _("Jobs"),
        _("Work on many rows at once, with the outcome of each row."),
        (
            _("The page can be left and come back to; the work goes on."),
            _("Rows that were refused say why; what can be undone has a button for it."),
        ),
    ),
    Topic(
        "imports",
        _("Imports"),
        _("Units, households, clans and citizens from Excel files, instead of typing them."),
        (
            _(
                "Take the template with what is known, edit it on your own machine and bring it"
                " back; rows are found again by their number."
            ),
            _(
                "The file is checked first: errors are named by cell, also in your own file with"
                " those cells marked. Then you see what is new and what changes."
            ),
            _(
                "“Write all of it” writes every row or none. It can be undone as long as nothing"
                " was built on it. The same file twice changes nothing."
            ),
        ),
    ),
    Topic(
        "accounts",
        _("My account"),
        _("Password, second factor, mail address and the places where you are signed in."),
        (
            _("Recovery codes are shown once: print them and keep them apart from the telephone."),
            _("End sessions that you do not know, then change the password."),
        ),
    ),
)


@signed_in()
def help_page(request: HttpRequest) -> HttpResponse:
    """All topics on one page, which can be searched with the browser and printed."""
    return render(request, "reports/help.html", {"topics": TOPICS})
