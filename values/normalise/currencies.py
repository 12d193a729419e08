"""Currencies: their names and signs in amounts, and their ISO 4217 codes.

Belongs here: words and signs, as regular expressions without brackets. Keep out: reading amounts
(`numbers`).
A sign that several currencies share ($) is none: nobody knows which one is meant. ¥ is the yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODES", "COINS", "OWN", "OWN_COINS"]

OWN = "人民币|CNY|RMB"
OWN_COINS = "[元圆]"
CODES: Mapping[str, str] = MappingProxyType(
    {
        "USD": r"USD|US\$|美元|美圆|美金",
        "HKD": r"HKD|HK\$|港元|港币|港幣",
        "MOP": "MOP|澳门元|澳门币|葡币",
        "TWD": r"TWD|NTD|NT\$|新台币|台币",
        "EUR": "EUR|€|欧元",
        "GBP": "GBP|£|英镑",
        "JPY": "JPY|日元|日圆",
        "KRW": "KRW|₩|韩元|韩圆|韩币",
        "SGD": r"SGD|S\$|新加坡元|新加坡币|新元",
        "AUD": r"AUD|AU\$|澳大利亚元|澳元",
        "CAD": r"CAD|CA\$|加拿大元|加元",
        "NZD": r"NZD|NZ\$|新西兰元",
        "CHF": "CHF|瑞士法郎",
        "SEK": "SEK|瑞典克朗",
        "NOK": "NOK|挪威克朗",
        "DKK": "DKK|丹麦克朗",
        "RUB": "RUB|卢布|俄罗斯卢布",
        "THB": "THB|泰铢|泰国铢",
        "MYR": "MYR|林吉特|马来西亚林吉特",
        "PHP": "PHP|菲律宾比索",
        "IDR": "IDR|印尼盾|印度尼西亚盾",
        "VND": "VND|越南盾",
        "INR": "INR|印度卢比",
    }
)
"""Code → words; no word of one currency has a word of a later one in it, but US$ has S$."""
COINS = (
    "元|圆|美金|港币|港幣|澳门币|葡币|台币|英镑|韩币|新加坡币|法郎|克朗|卢布|铢|林吉特|比索|盾|卢比"
)
"""Words that say what is counted; a code or a sign before a number does not."""
