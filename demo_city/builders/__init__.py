"""Registers: one function for each resource, from the world to a clean register.

Belongs here: what offices have on record, resource by resource. Keep out: how it is handed over
(`feeds`, `render`), what goes wrong with it (`defects`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from demo_city.builders import (
    approval,
    civil_affairs,
    counties,
    finance,
    health,
    land,
    market,
    population,
    surroundings,
    welfare,
)
from demo_city.society.world import Register, World

__all__ = ["BUILDERS"]

BUILDERS: Mapping[str, Callable[[World], Register]] = MappingProxyType(
    {
        "administrative_approval/approval_case": approval.approval_case,
        "administrative_approval/certificate": approval.certificate,
        "agriculture/cooperative": finance.cooperative,
        "civil_affairs/community": civil_affairs.community,
        "civil_affairs/division": civil_affairs.division,
        "civil_affairs/marriage": civil_affairs.marriage,
        "civil_affairs/minimum_living": civil_affairs.minimum_living,
        "development_reform/credit_rating": finance.credit_rating,
        "development_reform/penalty": finance.penalty,
        "ecology/air_quality": surroundings.air_quality,
        "ecology/monitoring_station": surroundings.monitoring_station,
        "education/school": health.school,
        "education/student": welfare.student,
        "health/infectious_case": health.infectious_case,
        "health/medical_institution": health.medical_institution,
        "health/vaccination": health.vaccination,
        "housing/provident_fund": welfare.provident_fund,
        "housing/rental_contract": land.rental_contract,
        "jinjiang_industry/enterprise_support": counties.jinjiang_support,
        "licheng_industry/enterprise_support": counties.licheng_support,
        "market_supervision/abnormal_operation": market.abnormal_operation,
        "market_supervision/annual_report": market.annual_report,
        "market_supervision/enterprise": market.enterprise,
        "market_supervision/food_licence": market.food_licence,
        "medical_security/enrolment": welfare.enrolment,
        "natural_resources/land_parcel": land.land_parcel,
        "natural_resources/real_estate_unit": land.real_estate_unit,
        "natural_resources/region_profile": land.region_profile,
        "public_security/household": population.household,
        "public_security/resident": population.resident,
        "public_security/vehicle": population.vehicle,
        "social_security/insured_person": welfare.insured_person,
        "social_security/payment": welfare.payment,
        "taxation/tax_payment": finance.tax_payment,
        "taxation/taxpayer": finance.taxpayer,
        "transport/bus_stop": surroundings.bus_stop,
        "transport/road_licence": surroundings.road_licence,
    }
)
"""Resource → what builds its register."""
