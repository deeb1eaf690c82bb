"""How many of what stand in the invented province: all invented, none says anything about a place.

The shares of figures are those of the demonstration (`demo_villages.OF_A_HUNDRED_HOUSEHOLDS`).
"""

from units.models import UnitKind

HOUSEHOLDS_IN_A_HAMLET = 667  # a million households in 1,500 hamlets
PEOPLE_IN_A_HOUSEHOLD = (2, 3, 3, 3, 4, 5)  # 3.3 on an average

FAMILY, CITIZEN = "gia-dinh-hoc-tap", "cong-dan-hoc-tap"
CLAN, HAMLET = "dong-ho-hoc-tap", "cong-dong-hoc-tap-thon"
COMMUNE, ORGANISATION = "cong-dong-hoc-tap-xa", "don-vi-hoc-tap-xa"
# Of all, how many hold a title in each of the three years, the newest last.
HOLDING = {
    FAMILY: (0.60, 0.66, 0.71),
    CITIZEN: (0.62, 0.72, 0.82),
    CLAN: (0.50, 0.55, 0.60),
}
REGISTERED_BESIDE = 0.12  # register, but do not come to hold it
WAVERING = 0.10  # how far a year may differ from the one before

# Only citizens who register are entered, by households: eighty for each hundred of these.
CITIZENS_OF_A_HOUSEHOLD = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2)
CLANS_IN_A_HUNDRED_HOUSEHOLDS = 4
BIRTH_YEARS = (1950, 2006)

# One in so many hamlets keeps the sheets of its citizens, or the book of its households.
SHEETS_IN, BOOKS_IN = 20, 4

ORGANISATIONS = (
    (UnitKind.SCHOOL, "Trường Mầm non {place}"),
    (UnitKind.SCHOOL, "Trường Tiểu học {place}"),
    (UnitKind.SCHOOL, "Trường THCS {place}"),
    (UnitKind.AGENCY, "Trạm Y tế {place}"),
    (UnitKind.MASS_ORGANISATION, "Hội Khuyến học {place}"),
    (UnitKind.ENTERPRISE, "Hợp tác xã Nông nghiệp {place}"),
    (UnitKind.ENTERPRISE, "Công ty TNHH Thủy sản {place}"),
    (UnitKind.OTHER, "Ban Quản trị chùa {place}"),
)
HAMLET_WORDS = (
    ("Phú", "An", "Tân", "Mỹ", "Long", "Bình", "Thạnh", "Thới", "Đông", "Tây", "Vĩnh", "Giồng"),
    ("Hòa", "Thuận", "Lợi", "Đức", "Hưng", "Phước", "Khánh", "Thành", "Quới", "Lộc", "Trung"),
)
NOMINATED_IN_A_HAMLET = 4
