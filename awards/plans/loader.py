"""Writing the plan files into the database: what they said before is not written again.

All of a load is one act of the journal: it is done wholly or not at all, and deletes nothing. A row
is written when its file says something new of it, so that loading again does not undo what was
edited in the portal. Of a published criteria set only the end can change: all else is a new
version.
"""

from awards.plans.files import PlanFile
from awards.plans.rows import campaign, commendation, criteria, documents, units
from awards.plans.rows.load import Load, Loaded
from core import journal

# In the order in which records rest on each other.
_STEPS = (
    units.find_units,
    units.put_bodies,
    documents.put_sources,
    documents.put_documents,
    documents.put_citations,
    documents.put_passages,
    campaign.put_campaigns,
    campaign.put_phases,
    campaign.put_rounds,
    criteria.put_titles,
    criteria.put_sets,
    criteria.refuse_competing_sets,
    commendation.put_award_forms,
    commendation.put_routes,
    campaign.put_figure_kinds,
    campaign.put_targets,
    criteria.put_register_links,
)


def load(plans: PlanFile) -> Loaded:
    """Bring the database to what the plan files say, in one act.

    Raises:
        PlanFilesRefused: a unit is not there, a published set would change, or two published sets
            would be at the same distance from a unit; nothing is loaded then.
    """
    with journal.act("load_plans"):
        loading = Load(plans)
        for step in _STEPS:
            step(loading)
        loading.remember()
        return loading.loaded
