"""The catalogue's own file, a county's, and the profile with every number of a regulation."""

from __future__ import annotations

from pydantic import Field

from catalog_specs.masks.hashes import PseudonymHash
from catalog_specs.models.answering import Answering
from catalog_specs.models.domains.beside import Area
from catalog_specs.models.figure import Figure
from catalog_specs.models.supervision import Supervision
from catalog_specs.spec import Code, Spec, Text

__all__ = ["CatalogFile", "CountyFile", "Profile"]


class CatalogFile(Spec):
    """`catalog.yaml` at the root of a catalogue."""

    catalog: Text
    """Short name, e.g. quanzhou."""
    name: Text
    region: Text
    """Division code, e.g. 350500."""
    profile: Text
    """File name (without .yaml) in `profiles/`."""
    authority: Text
    """Department code of the 数据管理机构."""
    areas: dict[Code, Area] = Field(default_factory=dict)
    """Areas that items with coordinates are held to (`within`)."""


class CountyFile(Spec):
    """`counties/<county>/catalog.yaml`: a county's part of the catalogue (一(五)、三(一))."""

    catalog: Code
    """Short name, e.g. jinjiang: the namespace of everything that the county declares."""
    extends: Text
    """Short name of the city's catalogue, whose elements, subjects, lists and profile it uses."""
    name: Text
    region: str = Field(pattern=r"^[0-9]{6}$")
    """Division code of the county or zone, e.g. 350582."""
    authority: Code
    """The county's department that manages its data (一(四)); grants stay the city's to decide."""


class Profile(Spec):
    """Every number of one regulation: other rules are another file, not another program."""

    code: Text
    name: Text
    timezone: Text = "Asia/Shanghai"
    day_of_event_counts: bool = False
    """Whether a term of working days begins on the day of the event itself. The regulation does not
    say; by default day 1 is the next working day."""
    interface_days: Figure
    """Working days to provide a further interface (二(三))."""
    interface_extension_days: Figure
    grant_decision_days: Figure | None = None
    """Working days to decide on an application; None where the regulation sets no term, as 五(四)
    does not: then only the age is shown."""
    opening_assessment_days: Figure | None = None
    """Working days to assess an application for 授权开放; None where there is no term (六(五))."""
    opening_decision_days: Figure | None = None
    """Working days to confirm what was assessed; None where there is no term (六(五))."""
    usage_report_days: Figure = Figure(
        value=180, unit="天", clause="六(七)", note="规定只说“定期”，天数由数据管理机构确定"
    )
    """Days from one usage report of what was opened to the next; on a day off, the next working
    day. 0: none are asked for."""
    correction_decision_days: Figure
    """Working days to decide on a reported error (七(二))."""
    correction_days: Figure
    """Working days from the decision to the corrected re-aggregation (七(二))."""
    correction_extension_days: Figure | None = None
    """Working days by which a correction may be extended, once; None where the regulation allows no
    extension, as 七(二) does not."""
    correction_reminder_days: Figure | None = None
    """Working days before a due day from which on a case counts as nearly due; None means on it."""
    correction_text: Figure = Figure(value=200, unit="字", clause="七(一)")
    """Characters that a report of a wrong value may have: it is concise (七(一))."""
    log_years: Figure
    """Years that logs are kept (八(四))."""
    k_anonymity: Figure
    """Smallest equivalence class that may be opened (六(一); the number is the authority's)."""
    minimum_cell: Figure
    """Smallest statistical cell that may be answered (五(四); the number is the authority's)."""
    pseudonym_hash: PseudonymHash = PseudonymHash.SHA256
    """The hash of pseudonyms: `sm3` where the city asks for national cryptography (GB/T 32905)."""
    snapshot_loss: Figure
    """Share of a table's rows, in per cent, that a snapshot may delete without an approval
    (八(二); the number is the authority's)."""
    answering: Answering = Answering()
    """How much may be asked of a grant by lists of ids (五(三)、五(四))."""
    recall_days: Figure = Figure(
        value=5, unit="工作日", clause="五(十)", note="规定未给出数值，由数据管理机构确定"
    )
    """Working days to destroy or return a copy after its recall notice."""
    supervision: Supervision = Supervision()
    """When something is suspected, and what a score is made of (九(一)、十(一))."""
