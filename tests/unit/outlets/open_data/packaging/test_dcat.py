"""dcat.jsonld: the mapping from the national guide to DCAT, read back as triples."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from catalog_specs.vocabulary import UpdateCycle
from outlets.open_data.packaging.dcat import SPDX, dcat
from tests.city import PERSON
from tests.city.declared import Change, change
from tests.unit.outlets.open_data.packaging.released import FILES, facts

FILE = f"resources/{PERSON}.yaml"


def read(files: dict[str, Change] | None = None, **edits: Any) -> tuple[Graph, Any]:
    """Return the description as triples, and the data set it is about; nothing is fetched."""
    text = dcat(facts(files, **edits), FILES)
    assert isinstance(json.loads(text)["@context"], dict)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib's own
        graph = Graph().parse(data=text, format="json-ld")
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    return graph, dataset


def test_the_data_set_is_described_in_full() -> None:
    """Title, publisher, days, licence and theme are those of set and resource."""
    graph, dataset = read()
    told = {
        str(predicate): str(value)
        for predicate, value in graph.predicate_objects(dataset)
        if predicate not in {DCAT.distribution, DCTERMS.publisher}
    }
    publisher = graph.value(dataset, DCTERMS.publisher)

    assert str(dataset) == "urn:quanshu:testville:resident_profile:20260302-01"
    assert told[str(DCTERMS.title)] == "人口构成数据"
    assert told[str(DCTERMS.identifier)] == "306-350500-0002"
    assert (told[str(DCTERMS.issued)], told[str(DCTERMS.modified)]) == ("2026-03-02", "2026-02-27")
    assert told[str(DCTERMS.license)] == "泉州市公共数据开放许可"
    assert told[str(DCAT.theme)] == "社会保障"
    assert told[str(DCAT.keyword)] == "人口"
    assert told[f"{DCAT}version"] == "20260302-01"
    assert str(graph.value(publisher, FOAF.name)) == "民政局"
    assert str(graph.value(publisher, DCTERMS.identifier)) == "306"


@pytest.mark.parametrize("cycle", UpdateCycle)
def test_every_cycle_has_a_frequency_of_the_authority(cycle: UpdateCycle) -> None:
    """None is left out of the mapping, and no two are alike."""
    graph, dataset = read({FILE: change(update_cycle=cycle.value)})

    frequency = str(graph.value(dataset, DCTERMS.accrualPeriodicity)).rpartition("/")[2]
    assert frequency.startswith("CONT" if cycle is UpdateCycle.REALTIME else cycle.name[:3]) or (
        (cycle, frequency) == (UpdateCycle.YEARLY, "ANNUAL")
    )


def test_the_condition_of_an_opening_is_its_access_right() -> None:
    """Without one the opening type is."""
    graph, dataset = read()
    assert str(graph.value(dataset, DCTERMS.accessRights)) == "普遍开放"

    condition = change(open={"type": "authorised", "condition": "限高校科研使用。"})
    graph, dataset = read({FILE: condition})
    assert str(graph.value(dataset, DCTERMS.accessRights)) == "限高校科研使用。"


def test_related_resources_are_named() -> None:
    """By their codes, each of them; without any there is none."""
    graph, dataset = read()
    assert list(graph.objects(dataset, DCTERMS.relation)) == []

    graph, dataset = read({FILE: change(related=["306-350500-0001", "145-350500-0001"])})
    assert sorted(map(str, graph.objects(dataset, DCTERMS.relation))) == [
        "145-350500-0001", "306-350500-0001",
    ]  # fmt: skip


def test_each_file_is_a_distribution_with_size_and_checksum() -> None:
    """By which whoever fetched it knows that it is whole."""
    graph, dataset = read()
    places = {str(one).rpartition(":")[2]: one for one in graph.objects(dataset, DCAT.distribution)}

    assert places.keys() == {file.name for file in FILES}
    for file in FILES:
        place = places[file.name]
        checksum = graph.value(place, URIRef(f"{SPDX}checksum"))
        assert str(graph.value(checksum, URIRef(f"{SPDX}checksumValue"))) == file.sha256
        assert int(str(graph.value(place, DCAT.byteSize))) == file.bytes
        assert str(graph.value(place, DCTERMS["format"])) == file.name.rpartition(".")[2].upper()
        assert graph.value(place, DCAT.mediaType) is not None
