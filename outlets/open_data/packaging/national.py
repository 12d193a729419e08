"""metadata.json: the core metadata of the national catalogue guide (发改高技〔2017〕1272号), 1-13.

Belongs here: the guide's fields in Chinese and in English, the release, its masks and its risk
report. Keep out: other vocabularies (`dcat`, `datapackage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from outlets.open_data.packaging.csv_flavour import CSV_FLAVOUR
from outlets.open_data.packaging.dictionary import type_label
from outlets.open_data.packaging.facts import PackageFile, ReleaseFacts

__all__ = ["FINGERPRINT", "KEY", "SOURCE", "TERMS", "metadata"]

FINGERPRINT = "fingerprint"
"""Key below `lineage` by which an unchanged release is recognised."""
TERMS = "terms"
"""Key below `lineage` by which a set whose source alone changed is recognised."""
SOURCE = "source_digest"
"""Key below `lineage` by which a source that did not change is recognised."""
KEY = "key"
"""Key below `lineage` that says which version of the master key it was made with."""
_FORMATS = {"csv": "CSV", "parquet": "Parquet", "xlsx": "XLSX"}
_WORKBOOK = "标识类信息项以文本保存，电子表格打开时不丢位数 / identifiers are texts in it"


def metadata(facts: ReleaseFacts, files: Sequence[PackageFile]) -> dict[str, Any]:
    """Return the content of metadata.json; `files` are the data files."""
    return {
        "数据集": _dataset(facts),
        "目录核心元数据": _chinese(facts, [_FORMATS[form] for form in _forms(files)]),
        "core_metadata": _english(facts, _forms(files)),
        "脱敏与风险": _risk(facts),
        "csv_flavour": CSV_FLAVOUR,
        "xlsx": {"included": facts.no_workbook is None, "说明": facts.no_workbook or _WORKBOOK},
        "files": [asdict(file) for file in files],
        "lineage": {
            "source": facts.open_set.resource,
            "source_version": facts.source_version,
            "catalog": facts.catalog.city.catalog,
            FINGERPRINT: facts.fingerprint,
            **facts.lineage,
        },
    }


def _forms(files: Sequence[PackageFile]) -> list[str]:
    return list(dict.fromkeys(file.name.rpartition(".")[2] for file in files))


def _dataset(facts: ReleaseFacts) -> dict[str, Any]:
    return {
        "名称": facts.open_set.name,
        "代码": facts.open_set.code,
        "版本": facts.release,
        "摘要": facts.open_set.summary,
        "主题": facts.open_set.theme,
        "关键字": list(facts.open_set.keywords),
        "开放类型": facts.open_set.type.label,
        "许可": facts.open_set.licence,
        "数据来源": facts.provider.name,
        "获取日期": facts.acquired_at.date().isoformat(),
        "发布时间": facts.released_at.isoformat(timespec="seconds"),
        "行数": facts.rows,
    }


def _classification(facts: ReleaseFacts) -> dict[str, str | None]:
    base = facts.resource.base_class
    return {
        "基础": base.label if base else None,
        "主题": facts.resource.theme or facts.open_set.theme,
        "部门": facts.provider.name,
    }


def _chinese(facts: ReleaseFacts, forms: Sequence[str]) -> dict[str, Any]:
    resource = facts.resource
    return {
        "信息资源分类": _classification(facts),
        "信息资源名称": resource.name,
        "信息资源代码": resource.code,
        "信息资源提供方": facts.provider.name,
        "信息资源提供方代码": facts.provider.unit_code,
        "信息资源摘要": resource.summary,
        "信息资源格式": list(forms),
        "信息项信息": [
            {"信息项名称": column.name, "信息项代码": column.code, "数据类型": type_label(column)}
            for column in facts.columns
        ],
        "共享属性": {
            "共享类型": resource.share.type.label,
            "共享条件": resource.share.condition,
            "共享方式": [method.label for method in resource.share.methods],
        },
        "开放属性": {"是否向社会开放": "是", "开放条件": resource.open.condition},
        "更新周期": resource.update_cycle.label,
        "发布日期": facts.released_at.date().isoformat(),
        "关联资源代码": list(resource.related),
    }


def _english(facts: ReleaseFacts, forms: Sequence[str]) -> dict[str, Any]:
    resource = facts.resource
    base = resource.base_class
    return {
        "classification": {
            "base_class": base.value if base else None,
            "theme": resource.theme or facts.open_set.theme,
            "department": resource.provider,
        },
        "name": resource.name,
        "code": resource.code,
        "provider": facts.provider.name,
        "provider_code": facts.provider.unit_code,
        "summary": resource.summary,
        "format": list(forms),
        "items": [
            {"name": column.name, "code": column.code, "type": column.type.value}
            for column in facts.columns
        ],
        "sharing": {
            "type": resource.share.type.value,
            "condition": resource.share.condition,
            "methods": [method.value for method in resource.share.methods],
        },
        "opening": {
            "open": True,
            "type": facts.open_set.type.value,
            "condition": resource.open.condition,
        },
        "update_cycle": resource.update_cycle.value,
        "published_on": facts.released_at.date().isoformat(),
        "related": list(resource.related),
    }


def _risk(facts: ReleaseFacts) -> dict[str, Any]:
    names = {column.code: column.name for column in facts.columns}
    measured = facts.measured
    return {
        "脱敏方式": {column.code: column.note for column in facts.columns},
        "k": measured.k,
        "准标识符": [names[code] for code in measured.columns],
        "等价类数": measured.classes,
        "最小等价类": measured.smallest,
        "计数单位": "人（同一人的多条记录只计一次）" if measured.columns else None,
        "抑制行数上限": facts.suppressed,
        "抽样比例": f"{facts.open_set.sample}%" if facts.open_set.sample else None,
        "发布周期": facts.open_set.cadence.label if facts.open_set.cadence else None,
    }
