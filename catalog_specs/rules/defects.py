"""Defects of records: why a record could not be split into its fields.

Belongs here: the codes and their words; the gate's rule is `record:<code>`. Keep out: finding them
(`feeds`), what becomes of the record (`quality`).
Standard library only: a reading process imports it too.
"""

from __future__ import annotations

from catalog_specs.rules.wording import Worded

__all__ = ["DefectCode"]


class DefectCode(Worded):
    """Why a record could not be split into its fields; the label is what must hold instead."""

    @property
    def stored(self) -> str:
        """Return the code of the gate's rule about it."""
        return f"record:{self.value}"

    FIELD_COUNT = (
        "field_count",
        "记录应能按申报的字段拆分",
        "the record has more or fewer fields than the header",
        "检查值中的分隔符是否加了引号，补齐或删去多余字段",
        "quote delimiters inside values; deliver as many fields as the header has",
        "三(六)",
    )
    QUOTING = (
        "quoting",
        "引号应成对，引号之后不得另有文字",
        "a quote is never closed, or text follows a closing one",
        "成对书写引号，值内的引号写两次",
        "close every quote, and double quotes inside values",
        "三(六)",
    )
    ENCODING = (
        "encoding",
        "记录应能按申报的编码解读",
        "the record holds bytes that do not decode",
        "按申报的编码重新导出",
        "export it again in the declared encoding",
        "三(六)",
    )
    FOOTER = (
        "footer",
        "表尾样式的行之后不得再有记录",
        "a line is written like a footer, and records stand after it",
        "合计、落款等表尾行只放在全部记录之后",
        "put totals and signatures after the last record",
        "三(六)",
    )
    WIDTH = (
        "width",
        "定长记录的长度应与申报的字段一致",
        "a fixed-width record is shorter or longer than its fields",
        "按申报的字段起止位置补齐空格",
        "pad every field to its declared width",
        "三(六)",
    )
    LABEL = (
        "label",
        "空白标签单元格之上的记录应能解读",
        "a label cell is blank below a record that could not be read: whose it is, nobody knows",
        "修复上方记录，或在每行写明标签",
        "repair the record above, or write the label in every row",
        "三(六)",
    )
    JSON = (
        "json",
        "记录应为 JSON 对象",
        "a line or element is no JSON object",
        "每条记录写成一个完整的 JSON 对象",
        "write every record as one whole JSON object",
        "三(六)",
    )
    REPEATED_KEY = (
        "repeated_key",
        "JSON 对象的键不得重复",
        "a JSON object has a key twice: which value holds, nobody knows",
        "每个键只写一次，删去多余的值",
        "write every key once",
        "三(六)",
    )
    DAMAGED_NUMBER = (
        "damaged_number",
        "长编号不得被存为失真的数字",
        "a number was stored with fewer digits than it had: a long identifier that is rounded",
        "把编号列设为文本格式后从来源重新导出",
        "export the column as text, from the source",
        "三(六)",
    )
    OUT_OF_RANGE = (
        "out_of_range",
        "日期时间应在公元1年至9999年之间，且历法中确有其日",
        "a date or moment is outside the years 1 to 9999, or a day that no calendar has",
        "核对来源中的日期后重新导出",
        "correct the date at the source",
        "三(六)",
    )
    HEADER = (
        "header",
        "记录之间不得另有列序不同的表头",
        "a header stands among the records and orders the columns otherwise, or a record is below",
        "合并前统一列序，只保留一个表头",
        "order the columns alike before joining files, and keep one header",
        "三(六)",
    )
    FORMULA = (
        "formula",
        "公式应存有计算结果",
        "a formula's result was never stored",
        "用电子表格程序打开、计算并保存后重新交付",
        "open, calculate and save the workbook, then deliver it again",
        "三(六)",
    )
    MERGED = (
        "merged",
        "数据行不得有跨列合并的单元格",
        "a cell is merged over several columns: whose value it is, nobody knows",
        "取消合并，在每个单元格写明各自的值",
        "split the cell and write each value in its own",
        "三(六)",
    )
    UNAVAILABLE = (
        "unavailable",
        "变更记录应含全部值，不得以占位符代替未传送的值",
        "the source did not send a value along and says just that",
        "让来源发送完整的变更记录（REPLICA IDENTITY FULL 或等价设置）",
        "let the source send whole records (REPLICA IDENTITY FULL, or what is like it)",
        "三(六)",
    )
