"""Pools that invented people's names and addresses are drawn from."""

GIVEN = {
    "F": (
        "Amara", "Leila", "Petra", "Ines", "Freya", "Niamh", "Zoë", "Siân", "Chloé", "Aaliyah",
        "Mei", "Yuki", "Fatima", "Zainab", "Priya", "Anjali", "Olga", "Ewa", "Rūta", "Ayşe",
        "Eleni", "Chiamaka", "Adaeze", "Abena", "Efua", "Thandiwe", "Grace", "Hannah", "Ruby",
        "Poppy", "Isla", "Erin", "Megan", "Bronwen", "Orla", "Saoirse", "Imogen", "Beatrix",
        "Clementine", "Harriet", "Noor", "Maryam", "Safiya", "Hodan", "Ifrah", "Sumaya", "Nadia",
        "Samira", "Layla", "Yasmin", "Tanvi", "Kavya", "Meera", "Divya", "Lakshmi", "Jaya",
        "Linh", "Thuy", "Ngoc", "Xin", "Li", "Hui", "Carmen", "Lucía", "Beatriz", "Mariana",
        "Camila", "Daniela", "Elif", "Defne", "Zuzanna",
    ),
    "M": (
        "Tomasz", "Jonah", "Ravi", "Dele", "Oscar", "Callum", "Rhys", "Euan", "Fionn", "Mateo",
        "Luca", "Enzo", "Hugo", "Jakub", "Piotr", "Dmitri", "Kofi", "Kwame", "Emeka", "Chidi",
        "Tunde", "Babatunde", "Sizwe", "Jamal", "Malik", "Yusuf", "Ibrahim", "Bilal", "Hamza",
        "Imran", "Arjun", "Rohan", "Kiran", "Vikram", "Sanjay", "Wei", "Jun", "Hao", "Minh",
        "Duc", "Kenji", "Haruto", "Samuel", "Daniel", "Caleb", "Reuben", "Isaac", "Elijah",
        "Theo", "Alfie", "Archie", "Stanley", "Ralph", "Barnaby", "Cormac", "Declan", "Lorcan",
        "Gethin", "Iestyn", "Owain", "Mehmet", "Emre", "Nikos", "Stavros", "Andrei", "Mihai",
        "Bogdan", "Zoltan", "Levente", "Tariq",
    ),
}  # fmt: skip

FAMILY = (
    "Oduya", "Bielik", "Farouk-Hart", "Pell", "Sand", "Novak", "Calder", "Marsh", "Achterberg",
    "Quillfeather", "Thistlewood", "Brackenbury", "Ashgrove", "Fennimore", "Larkspur",
    "Penhallow", "Tregarthen", "Hollowell", "Winterbourne", "Duskin", "O'Malachy", "O’Rourkeson",
    "McTavell", "MacAindra", "Van-der-Linde", "de-Souzah", "Okonjo-Ward", "Adeyemo", "Bankoleh",
    "Chukwuma", "Danjumah", "Eze-Nwachi", "Folarin", "Gyamfiah", "Hassanaly", "Iqbalzada",
    "Jamshedi", "Khaledi", "Lamontagne", "Mbekari", "Nakamori", "Oyelaran", "Patelwala",
    "Quaysie", "Rahimov", "Siddiqa-Lane", "Tahirov", "Uddinzai", "Vasilescu", "Wachowiak",
    "Xuereb-Finn", "Yamashiro", "Zielony", "Albescu", "Balogunde", "Castellanoz", "Demirkan",
    "Erdoganli", "Ferreiran", "Georgiadou", "Horvathi", "Ivanenko", "Jaworskin", "Kowalczyn",
    "Lisowska-Bell", "Moldovanu", "Nguyenh", "Ozturkan", "Petrescu", "Ramaswami", "Sokolovic",
    "Trinhova", "Ustinov-Lee", "Varghesen", "Wojtasz", "Yilmazer", "Zhangwei", "Appletree",
    "Birdsall-Cole", "Cloverfield", "Dovecote", "Elderfield", "Foxhollow", "Greenhalf",
    "Hazelmere", "Ivybridge", "Juniperson", "Kestrelby", "Lindenmoor", "Meadowsweet",
    "Nettlefold", "Oakenshaw", "Primrosely", "Quarrington", "Rowanberry", "Silverbirch",
    "Tanglewood", "Underhillock", "Violetson", "Willowdene", "Yarrowby", "Zephyrson", "Mottram",
    "Beaulieux", "Çelikan", "Ångströmby", "Łukasiewicza", "Ñandúez", "Örnfeldt", "Štefanova",
)  # fmt: skip

STREETS = (
    "Castle Street", "Priory Road", "Mill Lane", "Kestrel Avenue", "Harbour Lane",
    "Orchard Close", "Station Road", "Beacon Hill", "Foundry Walk", "Cooper's Yard",
    "Larch Grove", "Northway", "St Botolph's Terrace", "Weaver Street", "Kingfisher Drive",
    "Quarry Gardens", "Tannery Court", "Windmill Rise", "Abbot's Walk", "Ropewalk",
)  # fmt: skip

WARDS = ("NG1", "NG2", "NG3", "NG4", "NG5", "NG6")
"""Outward codes of the demo's postcodes."""

SCHOOLS = (
    ("Castle Academy", True),
    ("Priory School", True),
    ("Beacon Hill High School", True),
    ("St Botolph's Catholic School", True),
    ("Northway School", False),
    ("Orchard Park Academy", True),
    ("Foundry Lane School", False),
    ("Harbour View Academy", True),
    ("Weavers' Community School", False),
    ("Kingfisher Girls' School", True),
    ("Quarry Bank School", False),
    ("The Tannery Free School", True),
    ("Larch Grove Special School", True),
    ("Windmill Alternative Provision", False),
)
"""Name, and whether it has a sixth form."""

COLLEGES = (
    ("Kestrel College", "college", "8001", "10099001"),
    ("Northgate Sixth Form College", "college", "8602", "10099002"),
    ("Ropewalk Specialist College", "college", "8703", "10099003"),
)

TRAINERS = (
    ("Harbour Lane Skills", "10099011"),
    ("Mill Street Works", "10099012"),
    ("Northway Training", "10099013"),
    ("Beacon Apprenticeships", "10099014"),
)

EMPLOYERS = ("Foundry Bakery", "Priory Garage", "Castle Care Homes", "Weaver Building Services")
