"""The vocabulary: the closed sets of words, each with its Chinese label.

Belongs here: enumerations with the regulation's or the national guide's terms. Keep out: open
vocabularies (departments, elements, subjects), which the city declares in YAML.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

__all__ = [
    "NUMBERS",
    "TEXT",
    "TIMES",
    "AggregationMode",
    "ApprovalRole",
    "BaseClass",
    "Dimension",
    "Engine",
    "FeedFormat",
    "FeedKind",
    "FormatFamily",
    "GrantStatus",
    "IdentityCheck",
    "ItemType",
    "Level",
    "Medium",
    "Method",
    "OpenType",
    "OrgLevel",
    "PersonLink",
    "Role",
    "ShareType",
    "SmallClasses",
    "Term",
    "Traits",
    "UpdateCycle",
]


class Term(StrEnum):
    """A word of a closed set: its value is what YAML says, its `label` what a page shows."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # a look-up by value gives no label
        """Make a member that is a plain string and also knows its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class OrgLevel(Term):
    """Level of an organisation (一(四)、一(五))."""

    CITY = ("city", "市级")
    COUNTY = ("county", "县级")
    ZONE = ("zone", "开发区")


class Role(Term):
    """The regulation's four roles (二(一))."""

    AUTHORITY = ("authority", "数据管理机构")
    PRODUCER = ("producer", "数据生产单位")
    CONSUMER = ("consumer", "数据应用单位")
    OPERATOR = ("operator", "技术服务单位")


class BaseClass(Term):
    """The five base classes of information resources (五(二))."""

    POPULATION = ("population", "人口信息")
    LEGAL_ENTITY = ("legal_entity", "法人单位信息")
    GEOGRAPHY = ("geography", "自然资源和空间地理信息")
    CERTIFICATE = ("certificate", "电子证照信息")
    CREDIT = ("credit", "信用信息")


class ItemType(Term):
    """Types a landed text is cast to; there is no inference."""

    STRING = ("string", "字符型C")
    INTEGER = ("integer", "整型I")
    DECIMAL = ("decimal", "数值型N")
    DATE = ("date", "日期型D")
    DATETIME = ("datetime", "日期时间型T")
    BOOLEAN = ("boolean", "逻辑型L")


TEXT = frozenset({ItemType.STRING})
NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
TIMES = frozenset({ItemType.DATE, ItemType.DATETIME})


class IdentityCheck(Term):
    """Check-digit systems that a value domain may name."""

    RESIDENT_ID = ("resident_id", "公民身份号码")
    CREDIT_CODE = ("credit_code", "统一社会信用代码")


class PersonLink(Term):
    """How an element that is about something else still tells of a natural person (六(一))."""

    ATTRIBUTE = ("attribute", "可反映自然人情况")
    IDENTIFIER = ("identifier", "可识别自然人")


class ShareType(Term):
    """Sharing types (五(二)): 无条件共享, 有条件共享, 暂不共享."""

    UNCONDITIONAL = ("unconditional", "无条件共享")
    CONDITIONAL = ("conditional", "有条件共享")
    NOT_YET = ("not_yet", "暂不共享")


class OpenType(Term):
    """Opening types (六(四)): 普遍开放, 授权开放; CLOSED = 不予开放."""

    UNIVERSAL = ("universal", "普遍开放")
    AUTHORISED = ("authorised", "授权开放")
    CLOSED = ("closed", "不予开放")


class Method(Term):
    """Ways of sharing (五(三)、五(四)、五(七))."""

    VERIFY = ("verify", "比对核验")
    QUERY = ("query", "检索查询")
    STATISTICS = ("statistics", "统计分析")
    BATCH = ("batch", "批量交换")

    @property
    def materialised(self) -> bool:
        """Say whether the method hands out rows, and so needs an extract."""
        return self in {Method.QUERY, Method.BATCH}

    @property
    def today(self) -> str:
        """Say in Chinese what a consumer can do with a grant of this method today."""
        return {
            Method.VERIFY: "可提交名单核验，逐条得到一致、不一致或未查到，不提供任何数据值",
            Method.QUERY: "可按名单匹配提取，或取用 DuckDB 文件中脱敏后的授权记录",
            Method.STATISTICS: "可取得不小于最小统计单元的汇总数，不提供任何记录",
            Method.BATCH: "可取用 DuckDB 文件或数据包，其中是授权范围内脱敏后的全部记录",
        }[self]


class Medium(Term):
    """Media through which shared data are obtained (八(二) 介质类型)."""

    PLATFORM = ("platform", "平台")
    INTERFACE = ("interface", "服务接口")
    FILE = ("file", "文件")


class AggregationMode(Term):
    """How a resource reaches the city platform (二(三)、四(三))."""

    REALTIME = ("realtime", "实时汇聚")
    BATCH = ("batch", "批量汇聚")
    MANUAL = ("manual", "人工上传")
    REFLOW = ("reflow", "回流汇聚")
    EXEMPT = ("exempt", "不予汇聚")


class UpdateCycle(Term):
    """更新周期 of the national guide."""

    REALTIME = ("realtime", "实时")
    DAILY = ("daily", "每日")
    WEEKLY = ("weekly", "每周")
    MONTHLY = ("monthly", "每月")
    QUARTERLY = ("quarterly", "每季度")
    YEARLY = ("yearly", "每年")


class Engine(Term):
    """By which engine the deliveries of a resource are typed and judged."""

    AUTO = ("auto", "按数据量选择")
    DUCKDB = ("duckdb", "本机 DuckDB")
    SPARK = ("spark", "第二引擎（Spark Connect）")


class FeedKind(Term):
    """What a delivery means: everything (absence deletes), additions, or operations."""

    SNAPSHOT = ("snapshot", "全量")
    UPSERT = ("upsert", "增量")
    CHANGES = ("changes", "变更")


@dataclass(frozen=True)
class Traits:
    """What the formats of a family have in common.

    `packed`: only who reads a file to its end knows its text, and its cells have types of their
    own. `keyed`: every record names its values itself, and white space in names counts. `headed`:
    columns stand side by side below their names. `nested`: values lie in values, and paths lead to
    them. `options` are the words of a feed that only this family has.
    """

    packed: bool = False
    keyed: bool = False
    headed: bool = False
    nested: bool = False
    options: frozenset[str] = frozenset()


class FormatFamily(Term):
    """Families of file formats: what is true of one format is true of its whole family."""

    traits: Traits

    def __new__(cls, value: str, label: str, traits: Traits) -> Self:
        """Make a member that knows what its formats have in common."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.traits = traits
        return member

    DELIMITED = ("delimited", "分隔符文本", Traits(headed=True))
    PLACED = ("placed", "定长文本", Traits(options=frozenset({"spans"})))
    KEYED = ("keyed", "键值文本", Traits(keyed=True, nested=True, options=frozenset({"records"})))
    COLUMNAR = ("columnar", "列式文件", Traits(packed=True, nested=True))
    WORKBOOK = ("workbook", "电子表格", Traits(True, headed=True, options=frozenset({"sheet"})))


class FeedFormat(Term):
    """File formats of a feed; a packed one is parsed in a process of its own."""

    family: FormatFamily

    def __new__(cls, value: str, label: str, family: FormatFamily) -> Self:
        """Make a member that knows its family."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.family = family
        return member

    @property
    def traits(self) -> Traits:
        """Return what is true of it because of its family."""
        return self.family.traits

    CSV = ("csv", "CSV", FormatFamily.DELIMITED)
    FIXED_WIDTH = ("fixed_width", "定长文本", FormatFamily.PLACED)
    JSONL = ("jsonl", "JSON Lines", FormatFamily.KEYED)
    JSON = ("json", "JSON", FormatFamily.KEYED)
    PARQUET = ("parquet", "Parquet", FormatFamily.COLUMNAR)
    ARROW = ("arrow", "Arrow IPC", FormatFamily.COLUMNAR)
    XLSX = ("xlsx", "XLSX", FormatFamily.WORKBOOK)
    XLS = ("xls", "XLS", FormatFamily.WORKBOOK)
    ODS = ("ods", "ODS", FormatFamily.WORKBOOK)


class Level(Term):
    """What a failing rule does: reject the delivery, quarantine the row, or warn."""

    REJECT = ("reject", "整批拒收")
    QUARANTINE = ("quarantine", "行隔离")
    WARN = ("warn", "提醒")


class Dimension(Term):
    """The four quality dimensions of 三(六)."""

    ACCURACY = ("accuracy", "准确性")
    TIMELINESS = ("timeliness", "时效性")
    COMPLETENESS = ("completeness", "完整性")
    USABILITY = ("usability", "可用性")


class ApprovalRole(Term):
    """In which capacity an approval is given (五(四))."""

    AUTHORITY = ("authority", "数据管理机构")
    PRODUCER = ("producer", "数据生产单位")


class GrantStatus(Term):
    """State of a grant (五(十))."""

    ACTIVE = ("active", "有效")
    SUSPENDED = ("suspended", "暂停")
    REVOKED = ("revoked", "终止")


class SmallClasses(Term):
    """What a release does with equivalence classes smaller than k."""

    REFUSE = ("refuse", "拒绝发布")
    SUPPRESS = ("suppress", "抑制后发布")
