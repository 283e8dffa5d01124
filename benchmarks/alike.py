"""Invented young people in England and a list about them, with what goes wrong in lists.

Every person has a place of origin of their names, so that it shows whether some names are matched
worse than others. A third of the people have a brother or sister in the set and three in a hundred
are twins. A quarter of the people of the list are known to nobody. Nothing is drawn from anybody's
real record; the names are common ones, the first of each list more often than the last, and rare
ones put together from syllables, by chance.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

Record = dict[str, str]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN: dict[str, tuple[str, ...]] = {
    "British": _words(
        "Oliver George Harry Jack Jacob Noah Charlie Thomas Oscar William James Henry Alfie "
        "Joshua Leo Edward Archie Ethan Joseph Samuel Daniel Benjamin Max Lucas Amelia Olivia "
        "Isla Emily Poppy Ava Isabella Jessica Lily Sophie Grace Sophia Mia Evie Ruby Ella "
        "Scarlett Isabelle Chloe Freya Alice Matilda Charlotte Daisy Phoebe Elizabeth "
        "Katherine Rebecca Megan"
    ),
    "Irish and Welsh": _words(
        "Siobhan Niamh Aoife Caoimhe Saoirse Orla Ciara Roisin Declan Cormac Fionn Oisin Eoin "
        "Sean Conor Padraig Rhys Owain Gethin Iestyn Bronwen Cerys Carys Sian Eleri Dylan"
    ),
    "South Asian": _words(
        "Mohammed Muhammad Ahmed Ali Hassan Hussain Yusuf Ibrahim Omar Bilal Hamza Imran "
        "Aisha Fatima Zainab Maryam Khadija Sumaya Safiya Arjun Rohan Aditya Vikram Priya "
        "Anjali Divya Lakshmi Kavya Harpreet Gurpreet Simran Jaspreet Amina Yasmin Noor Zara"
    ),
    "African": _words(
        "Oluwaseun Babatunde Chidi Emeka Kofi Kwame Tunde Adaeze Chiamaka Abena Efua Temitope "
        "Olamide Ngozi Amara Abdirahman Hodan Ifrah Warsame Sahra Mohamed Ahmed Yusuf Farhan "
        "Tesfaye Selam Hana Samuel Daniel Grace Blessing Precious Emmanuel"
    ),
    "Eastern European": _words(
        "Jakub Piotr Tomasz Wojciech Krzysztof Katarzyna Zuzanna Zofia Aleksandra Oliwia "
        "Andrei Mihai Bogdan Elena Ioana Oleksandr Dmytro Yulia Natalia Daria Sofia Mykola "
        "Ruta Lukas Agnieszka Magdalena Maksym"
    ),
    "East Asian": _words(
        "Wei Jun Hao Minh Duc Linh Thuy Ngoc Xin Hui Mei Yuki Kenji Haruto Li Jing Yan Ying "
        "Anh Khanh Long Quan Chen Bo Jia"
    ),
    "Western European": _words(
        "José María Lucía João Inês André Chloé François Zoë Matteo Giulia Luca Sofía Noé Jürgen "
        "Søren Renée Álvaro Beatriz Tomás Léa Björn Anaïs Marco Elena Pedro Ana"
    ),
}
FAMILY: dict[str, tuple[str, ...]] = {
    "British": _words(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patterson Wright Walker "
        "White Thompson Edwards Green Hall Wood Harris Clarke Jackson Turner Hill Cooper Ward "
        "Morris Moore Clark Lee King Baker Harrison Morgan Allen Scott Watson Parker Price "
        "Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell "
        "Shaw Murphy Miller Cox Marshall Simpson Anderson Pell Sand Calder Marsh Ashgrove "
        "Larkspur Hollowell"
    ),
    "Irish and Welsh": _words(
        "O'Neill O'Brien O'Connor McCarthy MacDonald McKenna Gallagher Doherty Kennedy Lynch "
        "Byrne Ryan Walsh Evans Thomas Roberts Lloyd Hughes Pritchard Bevan Powell Rees"
    ),
    "South Asian": _words(
        "Khan Hussain Ahmed Ali Begum Patel Singh Kaur Akhtar Miah Chowdhury Rahman Iqbal "
        "Malik Sheikh Qureshi Siddiqui Sharma Gupta Mistry Rao Reddy Iyer Uddin Islam Bibi "
        "Mahmood"
    ),
    "African": _words(
        "Okafor Adeyemi Mensah Owusu Okonjo Balogun Eze Nwosu Boateng Osei Warsame Farah Jama "
        "Hassan Abdi Mohamed Tesfaye Abebe Kamara Conteh Sesay Diallo Banda Moyo"
    ),
    "Eastern European": _words(
        "Kowalski Nowak Wojcik Kaminski Lewandowski Zielinski Popescu Ionescu Radu Dumitru "
        "Petrov Ivanenko Shevchenko Kovalenko Bondarenko Horvath Novak Kazlauskas Balciunas"
    ),
    "East Asian": _words(
        "Wang Li Zhang Chen Liu Yang Huang Wong Chan Cheung Lam Nguyen Tran Le Pham Hoang Vu "
        "Tanaka Sato Kim Park Choi Lin Xu Zhou"
    ),
    "Western European": tuple(
        name.replace("_", " ")
        for name in _words(
            "García Fernández Gonçalves da_Silva de_Souza van_den_Berg Müller Schröder Lefèvre "
            "Rossi Esposito de_la_Cruz Nuñez Díaz Bünger von_Arnim Martins dos_Santos Jørgensen "
            "Côté"
        )
    ),
}
SHARES = (0.58, 0.08, 0.14, 0.07, 0.06, 0.04, 0.03)

SYLLABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "British": (
        _words("Bar Cal Den Fen Gar Hol Kes Lan Mar Nor Pen Quin Ros Sel Tar Wel"),
        _words("ber der ing ming son ten war"),
        _words("by ton ley wick ham ford well brook dale gate more low"),
    ),
    "Irish and Welsh": (
        _words("Gwen Llew Myr Aed Cad Eil Tad Mac Fion"),
        _words("l n r d"),
        _words("wen fyn ydd in an aith agh"),
    ),
    "South Asian": (
        _words("Chak Bhat Ran Sub Ven Raj Mukh Ban Gan Nar"),
        _words("ra ka ta a ya"),
        _words("varti pal nathan dar samy wal deep kar"),
    ),
    "African": (
        _words("Ade Olu Chi Nwa Oko Ama Kwa Ogu Eze Ibe Uzo Aba"),
        _words("ba da ke mi lo sho wu go"),
        _words("la ye fe tan wo ni ka ru"),
    ),
    "Eastern European": (
        _words("Woj Kow Stan Petr Vas Bon Hry Kul Szy Mar"),
        _words("a e i o"),
        _words("nowski cki enko chuk escu nov icz"),
    ),
    "East Asian": (
        _words("Xiao Zhen Ming Quoc Thanh Phuong Hoa Jin Sung Min Yu Hai"),
        _words("ling wei hao yan min feng jie ting lan duc hye"),
    ),
    "Western European": (
        _words("Bel Fer Cas Mon Val Ger Ri Lau"),
        _words("la ra ti do ne"),
        _words("mont ez ini ault sen eira hardt"),
    ),
}
"""Of which the rarer names of each origin are put together."""

RARE: dict[str, tuple[float, float]] = {
    "British": (0.12, 0.45),
    "Irish and Welsh": (0.15, 0.3),
    "South Asian": (0.25, 0.25),
    "African": (0.35, 0.4),
    "Eastern European": (0.2, 0.5),
    "East Asian": (0.4, 0.05),
    "Western European": (0.15, 0.4),
}
"""How many of the first and of the family names are such."""

OTHER_SPELLINGS: dict[str, tuple[str, ...]] = {
    "Mohammed": ("Muhammad", "Mohamed", "Mohammad"),
    "Muhammad": ("Mohammed", "Mohamad"),
    "Ahmed": ("Ahmad",),
    "Hussain": ("Hussein", "Hossain"),
    "Yusuf": ("Yousef",),
    "Aisha": ("Ayesha",),
    "Fatima": ("Fatimah",),
    "Zainab": ("Zaynab",),
    "Maryam": ("Mariam",),
    "Chowdhury": ("Choudhury",),
    "Abdirahman": ("Abdulrahman",),
    "Sahra": ("Zahra",),
    "Oleksandr": ("Alexander",),
    "Yulia": ("Julia",),
    "Sofia": ("Sophia",),
    "Katherine": ("Catherine",),
    "Siobhan": ("Shivaun",),
    "Sean": ("Shaun",),
    "Wong": ("Wang",),
}
SHORT: dict[str, tuple[str, ...]] = {
    "Oliver": ("Ollie",),
    "Jacob": ("Jake",),
    "Thomas": ("Tom",),
    "William": ("Will", "Billy"),
    "James": ("Jim", "Jamie"),
    "Joshua": ("Josh",),
    "Edward": ("Ted", "Ed"),
    "Joseph": ("Joe",),
    "Samuel": ("Sam",),
    "Daniel": ("Dan",),
    "Benjamin": ("Ben",),
    "Emily": ("Em",),
    "Isabella": ("Bella",),
    "Jessica": ("Jess",),
    "Matilda": ("Tilly",),
    "Elizabeth": ("Beth", "Liz"),
    "Katherine": ("Kate",),
    "Rebecca": ("Becky",),
    "Oluwaseun": ("Seun",),
    "Katarzyna": ("Kasia",),
    "Aleksandra": ("Ola",),
}
STREETS = _words(
    "Castle Priory Mill Kestrel Harbour Orchard Station Beacon Foundry Larch Weaver Quarry "
    "Tannery Windmill Abbot Ropewalk Elm Church Park Victoria Albert Queen Chapel Bridge"
)
ENDINGS = ("Street", "Road", "Lane", "Avenue", "Close", "Drive")
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass
class Made:
    """A list and the people held, and for each record who it is truly about."""

    left: list[Record] = field(default_factory=list)
    right: list[Record] = field(default_factory=list)
    left_truth: list[str] = field(default_factory=list)
    right_truth: list[str] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)
    """Of each record of the list."""


def make(people: int, rows: int, *, seed: int = 11) -> Made:
    """``people`` held and a list of ``rows``, of whom a quarter are known to nobody."""
    dice = random.Random(seed)
    made = Made()
    everyone: list[tuple[str, Record]] = []
    while len(everyone) < people + rows // 4:
        everyone += _family(dice)
    dice.shuffle(everyone)
    held, strangers = everyone[:people], everyone[people : people + rows // 4]
    for number, (_, person) in enumerate(held):
        made.right.append(person)
        made.right_truth.append(f"p{number}")
    chosen = dice.sample(range(people), rows - rows // 4)
    listed = [(f"p{number}", *held[number]) for number in chosen]
    listed += [(f"s{number}", *one) for number, one in enumerate(strangers)]
    dice.shuffle(listed)
    for truth, origin, person in listed:
        made.left.append(_as_sent(person, dice))
        made.left_truth.append(truth)
        made.origin.append(origin)
    return made


def _family(dice: random.Random) -> list[tuple[str, Record]]:
    """The young people of one home."""
    (origin,) = dice.choices(tuple(GIVEN), SHARES)
    family, home = _name(FAMILY, origin, dice), _home(dice)
    if dice.random() < 0.04:
        family += "-" + _name(FAMILY, "British", dice)
    born = _born(dice)
    made: list[tuple[str, Record]] = []
    size = dice.choices((1, 2, 3), (65, 27, 8))[0]
    while len(made) < size:
        given = _name(GIVEN, origin, dice)
        if any(other["given"] == given for _, other in made):
            continue
        made.append((origin, {"given": given, "family": family, "birth": born.isoformat(), **home}))
        if dice.random() > 0.045:  # else the next is a twin
            born = _born(dice)
    return made


def _name(names: dict[str, tuple[str, ...]], origin: str, dice: random.Random) -> str:
    """A first name or a family name of an origin: a common one, or put together."""
    if dice.random() < RARE[origin][names is FAMILY]:
        return "".join(dice.choice(part) for part in SYLLABLES[origin])
    common = names[origin]
    return common[int(len(common) * dice.random() ** 1.5)]


def _born(dice: random.Random) -> date:
    return date(2006, 9, 1) + timedelta(days=dice.randrange(7 * 365))


def _home(dice: random.Random) -> Record:
    postcode = (
        f"NG{dice.randint(1, 17)} {dice.randint(1, 9)}{dice.choice(LETTERS)}{dice.choice(LETTERS)}"
    )
    street = f"{dice.choice(STREETS)} {dice.choice(ENDINGS)}"
    return {"postcode": postcode, "address": f"{dice.randint(1, 140)} {street}"}


def _as_sent(person: Record, dice: random.Random) -> Record:
    """The record as a list has it: for four in ten something is otherwise."""
    sent = dict(person)
    if dice.random() < 0.6:
        return sent
    for _ in range(dice.choices((1, 2, 3), (70, 23, 7))[0]):
        dice.choice(CHANGES)(sent, dice)
    return sent


def _short(sent: Record, dice: random.Random) -> None:
    sent["given"] = dice.choice(SHORT.get(sent["given"], (sent["given"],)))


def _respell(sent: Record, dice: random.Random) -> None:
    for name in ("given", "family"):
        sent[name] = dice.choice(OTHER_SPELLINGS.get(sent[name], (sent[name],)))


def _mistype(sent: Record, dice: random.Random) -> None:
    name = dice.choice(("given", "family"))
    text = sent[name]
    if len(text) < 3:
        return
    at = dice.randrange(1, len(text) - 1)
    way = dice.randrange(3)
    if way == 0:
        sent[name] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    elif way == 1:
        sent[name] = text[:at] + text[at + 1 :]
    else:
        sent[name] = text[:at] + dice.choice("aeioulnrst") + text[at + 1 :]


def _turn_date(sent: Record, dice: random.Random) -> None:
    year, month, day = sent["birth"].split("-")
    if int(day) <= 12:
        sent["birth"] = f"{year}-{day}-{month}"


def _digit(sent: Record, dice: random.Random) -> None:
    born = date.fromisoformat(sent["birth"])
    sent["birth"] = (born + timedelta(days=dice.choice((-10, -1, 1, 10)))).isoformat()


def _first_of_month(sent: Record, dice: random.Random) -> None:
    sent["birth"] = sent["birth"][:8] + "01"


def _move(sent: Record, dice: random.Random) -> None:
    sent.update(_home(dice))


def _no_home(sent: Record, dice: random.Random) -> None:
    sent.update({"postcode": "", "address": ""})


def _turn_names(sent: Record, dice: random.Random) -> None:
    sent["given"], sent["family"] = sent["family"], sent["given"]


def _new_family(sent: Record, dice: random.Random) -> None:
    sent["family"] = _name(FAMILY, dice.choice(tuple(FAMILY)), dice)


def _half_name(sent: Record, dice: random.Random) -> None:
    sent["family"] = sent["family"].split("-")[-1].removeprefix("O'")


def _without_marks(sent: Record, dice: random.Random) -> None:
    for name in ("given", "family"):
        letters = unicodedata.normalize("NFKD", sent[name].replace("ø", "o").replace("Ø", "O"))
        sent[name] = "".join(letter for letter in letters if not unicodedata.combining(letter))
    sent["family"] = sent["family"].split(" ")[-1]


CHANGES: Sequence = (  # type: ignore[type-arg]
    *(_short, _short, _respell, _respell, _mistype, _mistype, _mistype, _turn_date, _digit),
    *(_first_of_month, _move, _move, _move, _no_home, _turn_names, _new_family, _half_name),
    _without_marks,
)
