"""dcat.jsonld: the release as a DCAT 3 data set, self-contained (its context needs no network).

Belongs here: the mapping from the national guide to DCAT. Keep out: the guide itself (`national`).
名称→title · 摘要→description · 提供方→publisher · 更新周期→accrualPeriodicity · 发布日期→issued ·
分类→theme · 代码→identifier · 开放条件→accessRights · 关联资源代码→relation · 格式→distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catalog_specs.vocabulary import UpdateCycle
from outlets.open_data.packaging.facts import PackageFile, ReleaseFacts

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

__all__ = ["dcat"]

SPDX = "http://spdx.org/rdf/terms#"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
_CYCLES = {
    UpdateCycle.REALTIME: "CONT",
    UpdateCycle.DAILY: "DAILY",
    UpdateCycle.WEEKLY: "WEEKLY",
    UpdateCycle.MONTHLY: "MONTHLY",
    UpdateCycle.QUARTERLY: "QUARTERLY",
    UpdateCycle.YEARLY: "ANNUAL",
}
_MEDIA = {
    "csv": "https://www.iana.org/assignments/media-types/text/csv",
    "parquet": "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet",
    "xlsx": "https://www.iana.org/assignments/media-types/application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dcat(facts: ReleaseFacts, files: Sequence[PackageFile]) -> str:
    """Return the description as JSON-LD text with its context inside."""
    from rdflib import Graph, URIRef
    from rdflib.namespace import DCAT, DCTERMS, FOAF, XSD

    graph = Graph()
    place = f"urn:quanshu:{facts.catalog.city.catalog}:{facts.open_set.code}:{facts.release}"
    dataset = URIRef(place)
    _describe(graph, dataset, facts)
    for file in files:
        _distribute(graph, dataset, URIRef(f"{place}:{file.name}"), (facts, file))
    prefixes = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "xsd": XSD, "spdx": SPDX}
    context = {prefix: str(namespace) for prefix, namespace in prefixes.items()}
    text = graph.serialize(format="json-ld", context=context, auto_compact=True, indent=1)
    return f"{text}\n"


def _describe(graph: Graph, dataset: URIRef, facts: ReleaseFacts) -> None:
    from rdflib import BNode, Literal, URIRef
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

    opened = facts.open_set
    publisher = BNode("publisher")
    condition = facts.resource.open.condition or opened.type.label
    for predicate, value in (
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, Literal(opened.name, lang="zh")),
        (DCTERMS.description, Literal(opened.summary, lang="zh")),
        (DCTERMS.identifier, Literal(facts.resource.code)),
        (DCTERMS.publisher, publisher),
        (DCTERMS.issued, Literal(facts.released_at.date().isoformat(), datatype=XSD.date)),
        (DCTERMS.modified, Literal(facts.acquired_at.date().isoformat(), datatype=XSD.date)),
        (DCTERMS.accrualPeriodicity, URIRef(_FREQUENCY + _CYCLES[facts.resource.update_cycle])),
        (DCTERMS.accessRights, Literal(condition, lang="zh")),
        (DCTERMS.license, Literal(opened.licence, lang="zh")),
        (DCAT.theme, Literal(opened.theme, lang="zh")),
        (URIRef(f"{DCAT}version"), Literal(facts.release)),
        *((DCAT.keyword, Literal(word, lang="zh")) for word in opened.keywords),
        *((DCTERMS.relation, Literal(code)) for code in facts.resource.related),
    ):
        graph.add((dataset, predicate, value))
    graph.add((publisher, RDF.type, FOAF.Organization))
    graph.add((publisher, FOAF.name, Literal(facts.provider.name, lang="zh")))
    graph.add((publisher, DCTERMS.identifier, Literal(facts.provider.unit_code)))


def _distribute(
    graph: Graph, dataset: URIRef, place: URIRef, described: tuple[ReleaseFacts, PackageFile]
) -> None:
    from rdflib import BNode, Literal, Namespace, URIRef
    from rdflib.namespace import DCAT, DCTERMS, RDF, XSD

    facts, file = described
    spdx = Namespace(SPDX)
    form = file.name.rpartition(".")[2]
    checksum = BNode(f"checksum-{form}")
    for triple in (
        (dataset, DCAT.distribution, place),
        (place, RDF.type, DCAT.Distribution),
        (place, DCTERMS.title, Literal(file.name)),
        (place, DCTERMS.license, Literal(facts.open_set.licence, lang="zh")),
        (place, DCTERMS["format"], Literal(form.upper())),
        (place, DCAT.mediaType, URIRef(_MEDIA[form])),
        (place, DCAT.byteSize, Literal(file.bytes, datatype=XSD.nonNegativeInteger)),
        (place, spdx.checksum, checksum),
        (checksum, RDF.type, spdx.Checksum),
        (checksum, spdx.algorithm, spdx.checksumAlgorithm_sha256),
        (checksum, spdx.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)),
    ):
        graph.add(triple)
