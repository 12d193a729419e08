"""Kinds of quality rules: what a rule can ask of a record.

Belongs here: the kinds, their words, and the codes of their rules. Keep out: when a kind applies
and how it is judged (`quality.rules.kinds`, one module a kind).
Standard library only.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["RuleKind"]


class RuleKind(Worded):
    """A kind of rule, in the order in which rules are reported; the value is its module's name."""

    RECORD = (
        "record",
        "记录应能读出全部字段",
        "the record splits into its fields",
        "按缺陷代码修复记录",
        "repair the record as the code of its defect says",
        "三(六)",
    )
    OPERATION = (
        "operation",
        "变更类型应为申报的新增、更新或删除标识",
        "the operation of a change is one of those declared",
        "按目录 `feed.changes` 申报的标识填写",
        "write the operation as `feed.changes` declares it",
        "三(六)",
    )
    SEQUENCE = (
        "sequence",
        "变更序号应为整数",
        "the sequence of a change is a whole number",
        "填写随时间递增的整数",
        "write a whole number that rises with time",
        "三(六)",
    )
    UNIQUE = (
        "unique",
        "主键相同的记录在一次交付内内容应一致",
        "records of one key say the same within a delivery",
        "在来源中合并重复记录，或更正主键",
        "merge the records at the source, or correct the key",
        "三(一)",
    )
    CASTABLE = (
        "castable",
        "应符合申报的数据类型",
        "the text is of the declared type",
        "按目录申报的类型和格式填写",
        "write it in the declared type and format",
        "三(六)",
    )
    REQUIRED = (
        "required",
        "不得为空",
        "the value is there",
        "补齐缺失的值",
        "complete the value",
        "三(六)",
    )
    LENGTH = (
        "length",
        "字数应在规定范围",
        "the text is as long as allowed",
        "核对并更正过长或过短的值",
        "correct the value that is too long or too short",
        "三(六)",
    )
    PATTERN = (
        "pattern",
        "应符合规定格式",
        "the whole text has the declared form",
        "按规定格式填写",
        "write it in the declared form",
        "三(六)",
    )
    RANGE = (
        "range",
        "数值应在规定范围",
        "the number lies within its bounds",
        "核对并更正超出范围的数值",
        "correct the number that is out of bounds",
        "三(六)",
    )
    DATE_WINDOW = (
        "date_window",
        "日期应在规定期间",
        "the day lies within its window",
        "核对并更正超出期间的日期",
        "correct the day that is out of its window",
        "三(六)",
    )
    CODE_LIST = (
        "code_list",
        "应为代码集中的代码",
        "the value is a code of its code list",
        "使用现行代码集中的代码",
        "use a code of the list",
        "三(六)",
    )
    RESIDENT_ID = (
        "resident_id",
        "应符合公民身份号码校验规则",
        "the number is a resident identity number (GB 11643)",
        "核对证件，更正号码",
        "correct the number by the document",
        "三(六)",
    )
    CREDIT_CODE = (
        "credit_code",
        "应符合统一社会信用代码校验规则",
        "the code is a unified social credit code (GB 32100)",
        "核对执照，更正代码",
        "correct the code by the licence",
        "三(六)",
    )
    PHONE = (
        "phone",
        "应为编号计划内的电话号码",
        "the number is a telephone number of the national numbering plan",
        "核对号码；固定电话须带区号",
        "correct the number; a landline has its area code",
        "三(六)",
    )
    POSTAL_CODE = (
        "postal_code",
        "应为六位邮政编码",
        "the code is a postal code of six digits that some province has",
        "按投递地址更正邮政编码",
        "correct the code by the address",
        "三(六)",
    )
    LICENCE_PLATE = (
        "licence_plate",
        "应符合机动车号牌规则",
        "the number is that of a licence plate (GA 36)",
        "核对行驶证，更正号牌号码",
        "correct the number by the vehicle licence",
        "三(六)",
    )
    PERSON_NAME = (
        "person_name",
        "应为姓名的写法",
        "the text is written as a person's name",
        "核对证件，更正姓名；间隔号用“·”",
        "correct the name by the document; parts are joined by ·",
        "三(六)",
    )
    ORGANISATION_NAME = (
        "organisation_name",
        "应为机构名称的写法",
        "the text is written as the name of an organisation",
        "核对登记证照，更正名称；括号须成对",
        "correct the name by the certificate; brackets come in pairs",
        "三(六)",
    )
    WITHIN = (
        "within",
        "坐标应在申报的区域内",
        "longitude and latitude lie within the declared area",
        "核对坐标；检查经纬度是否颠倒、坐标系是否一致",
        "correct the coordinates: are they exchanged, or of another system?",
        "三(六)",
    )
    AGE = (
        "age",
        "年龄应与出生日期相符",
        "the age is that of somebody with this day of birth",
        "核对出生日期，重新计算年龄",
        "correct the day of birth, or work the age out anew",
        "三(六)",
    )
    BY_NUMBER = (
        "by_number",
        "应与公民身份号码所示一致",
        "the resident identity number of the record says the same",
        "核对证件，更正号码或该项",
        "correct the number or the item by the document",
        "三(六)",
    )
    DIVISION = (
        "division",
        "应为当日有效的行政区划代码",
        "the code of the administrative division was in force on the day",
        "按该日有效的行政区划代码更正",
        "use the code that was in force on that day",
        "三(六)",
    )
    REFERENCE = (
        "reference",
        "应存在于所引用的信息资源",
        "the value exists as the key of another resource",
        "核对引用的值，或先交付所引用的资源",
        "correct the value, or deliver the other resource first",
        "三(一)",
    )
    NAMED = (
        "named",
        "应符合资源点名的质量规则",
        "the record meets a rule that its resource names in YAML",
        "见资源 `quality` 中该规则的说明",
        "see the rule in the resource's `quality` section",
        "三(六)",
    )
    SQL = (
        "sql",
        "不应被资源点名的查询语句查出",
        "no statement that the resource names in YAML returns the record",
        "见资源 `quality` 中该规则的说明",
        "see the rule in the resource's `quality` section",
        "三(六)",
    )
    EXISTS_IN = (
        "exists_in",
        "所引用的各项应共同存在于所引用的信息资源",
        "the values exist together in one row of another resource",
        "核对引用的值，或先交付所引用的资源",
        "correct the values, or deliver the other resource first",
        "三(一)",
    )
    DRIFT = (
        "drift",
        "观测值不应偏离历次交付",
        "a figure of the delivery lies near what it was in the deliveries before",
        "核对交付是否完整，口径是否改变",
        "find out whether the delivery is complete, and whether it counts as before",
        "三(六)",
    )
    COMPARE = (
        "compare",
        "观测值应与另一信息资源相符",
        "a figure of the delivery agrees with one of another resource",
        "与另一信息资源的提供方核对口径和期限",
        "compare scope and period with the provider of the other resource",
        "三(六)",
    )
    SUPERSEDED = (
        "superseded",
        "原交付之后，同一主键已有更新的交付，补录的旧记录不得覆盖",
        "the key was delivered anew after the record's own delivery: an old repair must not win",
        "无须处理，以更新的交付为准",
        "nothing has to be done: the newer delivery stands",
        "三(六)",
    )

    @property
    def stored(self) -> str:
        """Return the code of a rule of this kind, as verdicts and quarantine have it."""
        return _OWN_CODES.get(self, f"<item>:{self.value}")

    @property
    def of_items(self) -> bool:
        """Say whether it follows from an item, so that an item's `levels` may name it."""
        return self not in _OWN_CODES

    @property
    def of_pairs(self) -> bool:
        """Say whether it holds an item beside another item of the record."""
        return self in _PAIRS


_OWN_CODES = {
    RuleKind.RECORD: "record:<defect>",
    RuleKind.OPERATION: "operation:code_list",
    RuleKind.SEQUENCE: "sequence:castable",
    RuleKind.UNIQUE: "key:unique",
    RuleKind.NAMED: "<code>",
    RuleKind.SQL: "<code> (sql)",
    RuleKind.EXISTS_IN: "<code> (exists_in)",
    RuleKind.DRIFT: "<code> (drift)",
    RuleKind.COMPARE: "<code> (compare)",
    RuleKind.SUPERSEDED: "replay:superseded",
}
"""Kinds that do not follow from an item, each with the code of its rules."""
_PAIRS = frozenset({RuleKind.WITHIN, RuleKind.AGE, RuleKind.BY_NUMBER, RuleKind.DIVISION})
"""Kinds that follow from an item beside another."""
