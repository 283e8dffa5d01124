"""Names that are one name: short forms, spellings in our alphabet, and words that come and go.

The tables are our own, made for the names of young people in England: short forms in everyday use,
and the spellings under which one name of another language is commonly met. Nobody's answers were
used to make them. A name may belong to several families, as Alex does.
"""

import unicodedata
from functools import cache

SHORT_FORMS = """
abigail abby abbie gail; adam ad; adrian ade; agnes aggie; albert al bert bertie; alexander alex
al alec xander sandy sasha lex; alexandra alex lexi lexie sandra sasha alexa; alfred alf alfie
fred; alice ali allie; alison ali aly; amanda mandy; amelia amy millie milly mia; andrea andie;
andrew andy drew; angela angie; anna annie ann anne; annabel bella annie; anthony tony ant;
antonia toni tonia; archibald archie; arthur art artie; barbara barb babs; barnaby barney;
bartholomew bart; beatrice bea trixie; beatrix bea trixie; benjamin ben benji benny; bernard
bernie; bethany beth; bradley brad; bridget bridie; cameron cam; caroline caz carrie carol;
cassandra cass cassie; catherine cathy cate kate katie kitty cat; charles charlie chas chuck;
charlotte charlie lottie lotte charley; chloe clo; christina chris tina chrissie christie;
christine chris chrissie; christopher chris kit topher; clara claire; constance connie;
cornelius neil; cynthia cindy; daniel dan danny; danielle dani; david dave davey dai; deborah
deb debbie; dominic dom; donald don; dorothy dot dottie; douglas doug; edmund ed eddie ted;
eduardo eddie; edward ed eddie ted teddy ned; eleanor ellie nell nora ella elle; elijah eli;
elizabeth liz lizzie beth betty eliza libby elsie bess lisa; emily em emmy millie; emma em;
esther essie; eugene gene; evelyn eve evie; ezekiel zeke; florence flo florrie flossie; frances
fran frankie; francesca fran frankie chesca; francis frank frankie; franklin frank; frederick
fred freddie freddy; gabriel gabe; gabrielle gabby gaby; geoffrey geoff; georgia georgie;
georgina georgie gina george; gerald gerry; gerard gerry; gillian gill jill; grace gracie;
gregory greg; hannah han; harold harry hal; harriet hattie harry; harrison harry; helen nell;
henrietta hettie etta; henry harry hal hank; hugh hughie; hugo hugh; imogen immy; isaac ike zac;
isabel izzy bella isa; isabella izzy bella ella; isabelle izzy belle; jacob jake; jacqueline
jackie; james jim jimmy jamie jem; jane janie; janet jan; jasmine jas jaz; jeffrey jeff;
jennifer jen jenny; jeremiah jerry; jeremy jez jem; jessica jess jessie; joanna jo joanne;
joanne jo; john jack johnny jon; jonathan jon jonny johnny; joseph joe joey; josephine jo josie
posy; joshua josh; judith judy jude; julia jules julie; julian jules; kathleen kath kathy;
katherine kate katie kathy kat kitty kit; kathryn kate katie kathy kat; kenneth ken kenny;
kimberley kim; kristina kris tina; laura laurie; lauren laurie; laurence larry laurie; lawrence
larry laurie; leonard len lenny leo; leo leon; leonardo leo; lewis lew; lillian lily lil; lily
lil; louis lou louie; louisa lou; louise lou; lucas luke luca; lucinda lucy cindy; lucy lu;
lydia lyddie; madeleine maddie maddy; madison maddie; magdalena magda lena; margaret maggie meg
peggy daisy greta; maria marie; martha marty; martin marty; mary molly polly mae; mathilda
tilly; matilda tilly tilda mattie; matthew matt matty; maximilian max; maxwell max; megan meg;
melanie mel; melissa mel; michael mike mick micky mikey; michelle shell; miriam mim; mitchell
mitch; molly moll; morgan mo; nancy nan; natalie nat; natasha tash tasha; nathan nat nate;
nathaniel nat nate nathan; nicholas nick nicky nico; nicola nicky nic; nicole nicky nic; nigel
nige; olivia liv livvy olly; oliver ollie olly; oscar os; oswald oz ossie; pamela pam; patricia
pat patsy tricia trish; patrick pat paddy; penelope penny; peter pete; philip phil pip; philippa
pippa pip; phoebe phebe; priscilla cilla; rachel rach; raymond ray; rebecca becky becca beck;
reginald reg reggie; richard rich richie rick ricky dick; robert rob robbie bob bobby bert;
roberta bobbie; robin rob; roderick rod; rodney rod; roger rodge; roland rolly; ronald ron
ronnie; rosalind ros; rosemary rosie rose; rosie rose; rupert rup; russell russ; ruth ruthie;
sabrina bri; samantha sam sammy; samuel sam sammy; sarah sally sadie; scarlett letty; sebastian
seb bas; simon si; sophia sophie soph; sophie soph; stanley stan; stella ella; stephanie steph;
stephen steve stevie; steven steve stevie; stewart stew stu; stuart stu; susan sue susie suzie;
susannah sue susie; suzanne sue suzie; sylvester sly; tabitha tabby; tamara tammy; tamsin tam;
teresa terry tess tessa; terence terry; thaddeus tad; theodore theo ted teddy; theodora thea
dora; theresa terry tess tessa; thomas tom tommy; timothy tim timmy; tobias toby; tristan tris;
ursula ursa; valerie val; vanessa nessa; veronica ronnie; victor vic; victoria vicky tori vic;
vincent vin vince vinnie; violet vi; virginia ginny; vivienne viv; walter walt wally; wilfred
wilf fred; wilhelmina mina minnie; william will bill billy liam willie; winifred winnie freda;
yvonne evie; zachary zac zach zack; zoe zo; abdulrahman abdul rahman; abdullah abdul; abdulaziz
aziz abdul; aleksandra ola; agnieszka aga; katarzyna kasia; malgorzata gosia; magdalena magda;
joanna asia; krzysztof krzys; tomasz tomek; jakub kuba; piotr piotrek; stanislaw staszek;
wojciech wojtek; oluwaseun seun; oluwatobi tobi; oluwadamilola dami damilola; oluwafemi femi;
babatunde tunde; chukwuemeka emeka; chukwudi chidi; ngozi ngo; nkechinyere nkechi; temitope tope
temi; olamide ola; aleksandr sasha; dmitri dima; mikhail misha; ekaterina katya; anastasia
nastya stacey; sofia sofi
"""

SPELLINGS = """
mohammed muhammad mohamed mohammad mohamad muhammed muhamed mohamud mahomed mohamoud mehmed
mehmet md; ahmed ahmad ahmet achmed; hussain hussein husain hossain hussien husayn hosein;
hassan hasan hassen; yusuf yousef youssef yusef yousuf yussuf yosef; ibrahim ebrahim ibraheem
brahim; omar umar omer; osman uthman usman othman; ali aly alli; khalid khaled; saeed said saeid
sayed; sayyid syed sayed; abdullah abdallah abdulla abdillahi abdullahi; abdul abdel abdal;
abdulrahman abdurrahman abdirahman abdelrahman; bilal belal; hamza hamzah; idris idrees; imran
emran; ismail ismael ismaeel; jamal gamal; karim kareem; mahmoud mahmood mehmood mahmud; mustafa
mostafa moustafa; nasir nasser naseer; rashid rasheed rachid; salim saleem selim; suleiman
sulaiman suleman solomon; tariq tarek tarik; zakariya zakaria zachariah; aisha ayesha aysha
aishah ayisha aicha; amina aminah ameena; asma asmaa; fatima fatimah fatema fathima fatma; hafsa
hafsah hafza; halima haleema halimah; khadija khadijah khadeeja; layla leila laila leyla; maryam
mariam meryem; nour noor nur; rahma rahmah; rukhsana ruksana; safiya safiyah sofiya saffiyah;
salma selma; sumaya sumaiya sumayya sumayyah; yasmin yasmeen jasmin; zainab zaynab zeinab zeynep
zaineb; zahra zehra zara; khan kahn; chowdhury choudhury chaudhry choudhary chaudhary chowdhry
chaudhari; sheikh shaikh shaykh sheik; qureshi quraishi kureshi; siddiqui siddique siddiqi;
rehman rahman rahmaan; malik malick; begum begam; hossain hussain; iqbal eqbal; akhtar akhter
aktar akter; miah mia miya; uddin udin; bibi bebe; islam eslam; mirza mirzah; patel patil; singh
sing; kaur kour; lakshmi laxmi; vikram wikram; aditya adithya; krishna krishnan; sai say; sree
sri shri; aleksander alexander aleksandr oleksandr olexandr; alexandra aleksandra oleksandra;
andrei andrey andriy andrii andrzej; dmitri dmitry dmytro dimitri; sergei sergey serhiy serhii;
nikolai nikolay mykola; mikhail mykhailo michail; volodymyr vladimir; yevhen evgeny evgeni
yevgeny; natalia nataliya natalya nataliia; yulia julia iuliia yuliia; maria mariya mariia
marija; anastasia anastasiya anastasiia; daria dariya dariia darya; katerina ekaterina kateryna
katarina; olga olha; iryna irina; tetiana tatiana tatyana; oksana oxana; sofia sofiya sofiia
sophia; zofia sofia; kowalski kowalska; nowak novak; wei wai; zhang chang cheung; wang wong
huang; li lee; chen chan tan; xu hsu; zhou chow chou; liu lau; nguyen nguyin ngyuen; tran chan;
hoang huynh; siobhan shivaun; niamh neve; caoimhe keeva; aoife eefa; catherine katherine kathryn
katharine kathrin catharine; stephen steven; geoffrey jeffrey; philip phillip; isabel isobel
isabelle ysabel; sarah sara; sophie sofie; zoe zoey; sean shaun shawn; alan allan allen;
jonathan johnathan jonathon; nicholas nicolas; hannah hanna; rachel rachael; teresa theresa;
matthew mathew; smith smyth smythe; clark clarke; brown browne; reid reed read; thompson
thomson; johnson johnston johnstone; philips phillips; davis davies; stewart stuart; green
greene; morris maurice; hughes hues; o'neill oneil; macdonald mcdonald; mensah mensa; owusu
awusu; adeyemi adeyemo; okafor okafo; abebe ababa; tesfaye tesfay; gebre gebru; warsame warsama;
farah farrah; jama jamah; hussaini husseini; demir demirr; yilmaz yilmas; popescu popesku;
ionescu jonescu
"""

PARTICLES = frozenset(
    (
        *("van", "der", "den", "von", "zu", "ter", "ten"),
        *("de", "la", "le", "les", "du", "des", "da", "das", "do", "dos", "di", "del", "della"),
        *("al", "el", "ul", "ur", "bin", "ibn", "ben", "bint", "binti", "abu", "umm"),
        *("y", "e", "st", "saint"),
    )
)
"""Words before a name that come and go from one list to the next."""

_LETTERS = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"},
        "\u0131": "i",
    }
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`.\u00b4\u02bc", ""))


def plain(text: str) -> str:
    """Lower case, without accents or apostrophes; what else is not a letter is a space."""
    lower = text.casefold().translate(_APOSTROPHES)
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.translate(_LETTERS))
        lower = "".join(letter for letter in lower if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in lower).strip()


def compact(text: str) -> str:
    """A name without anything but its letters."""
    return plain(text).replace(" ", "")


def _families(table: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for at, family in enumerate(table.split(";")):
        for word in family.split():
            found.setdefault(compact(word), set()).add(f"{at}")
    return {word: frozenset(families) for word, families in found.items()}


SHORT = _families(SHORT_FORMS)
SPELT = _families(SPELLINGS)


@cache
def core(text: str) -> tuple[str, ...]:
    """The words of a name without particles, with Mac for Mc and no O before a name."""
    words = tuple(_stem(word) for word in plain(text).split() if word not in PARTICLES)
    return words or tuple(plain(text).split())


def _stem(word: str) -> str:
    if word.startswith("mc") and len(word) > 4:
        return "mac" + word[2:]
    if word.startswith("o") and len(word) > 5 and word[1] not in "aeiouldrstw":
        return word[1:]
    return word


def given_keys(text: str) -> frozenset[str]:
    """What a first name may be known by: another with one of these is a form of it."""
    words = core(text)
    if not words:
        return frozenset()
    keys = {"".join(words), words[0]}
    for word in (words[0], "".join(words)):
        keys |= {f"short {at}" for at in SHORT.get(word, ())}
        keys |= {f"spelt {at}" for at in SPELT.get(word, ())}
    return frozenset(keys)


def family_keys(text: str) -> frozenset[str]:
    """What a family name may be known by: the whole, each part of a double name, and spellings."""
    words = core(text)
    keys = {"".join(words), *(word for word in words if len(word) > 2)}
    for word in (*words, "".join(words)):
        keys |= {f"spelt {at}" for at in SPELT.get(word, ())}
    return frozenset(keys) - {""}
