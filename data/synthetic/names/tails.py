"""Rare surnames, composed from parts that sound like their origin. They are the long tail of each
table.
"""

from functools import cache
from itertools import product

_PARTS: dict[str, tuple[str, str, str]] = {
    "british": (
        (
            "Ash Bar Beck Black Brad Bram Brock Brook Burn Cald Carl Chad Clay Cop Cot Cran "
            "Crom Dal Dean Den Down Dray Dun Eastl Edg El Fair Farn Fen Ferr Glen Gold "
            "Grims Had Hamp Har Hart Hasl Haw Hazel Hed Hol Horn Hux Kel Kes Kirk Lamb Lang "
            "Lin Long Lud Maid Marl Mel Mid Mor Nether New Nor Oak Old Pem Pen Pick Pres "
            "Quar Rad Rams Red Ridg Rock Rose Rush Sand Sel Shel Sher Silver Skel Stan "
            "Stock Stone Sud Sut Swin Tad Thorn Tun Upp Wad Wal War Wat Wen Whit Wim Win "
            "Wood Worm Wrex Yar"
        ),
        "  er ing en s el in",
        (
            "bank beck bourne bridge brook burn bury by combe cote croft dale den field "
            "ford gate grave ham hurst land ley low man mere mond more ridge shaw side "
            "stead stock stone ston ter thorpe ton tree ville ward water way well wick wood "
            "worth"
        ),
    ),
    "irish": (
        (
            "O'Ban O'Brad O'Cal O'Car O'Dev O'Don O'Fal O'Gar O'Har O'Lou O'Mah O'Ral "
            "O'Shan McAl McBr McCar McCl McDer McEn McFad McGar McGin McIl McKen McLar "
            "McMan McNam McPart McQuil Fitz"
        ),
        "a i o e au",
        ("lan ley gan ghan han lin nan ran van ty den dy rty nnell hey sey very nagh rick ster"),
    ),
    "south_asian": (
        (
            "Abba Anwar Ashra Bhatti Chaudh Dil Fayya Ghula Habi Ima Jamsh Kari Liaqa Maqso "
            "Mubar Naze Niza Pervai Qadi Rasoo Sajja Shabbi Shafi Tanwee Waha Yaqoo Zafa "
            "Zulfi"
        ),
        "l r b d k q",
        "i a ani ari awi uddin ullah zai oor een",
    ),
    "indian": (
        (
            "Agar Bhan Bala Chand Dev Gan Gopa Hari Ish Jaga Kalya Kris Lak Maha Nara Pad "
            "Pra Rama Ran San Sesha Siva Subra Tal Uma Vara Venka Vis Yada"
        ),
        "l m n r t sh",
        "am an ani appa araj asamy ekar ian iwal ya war wala",
    ),
    "african": (
        (
            "Abio Ade Afo Aki Ama Asa Ayo Babat Boa Chi Dauda Ebu Eke Fola Iwu Kofi Kwa Mba "
            "Men Nko Nwa Oba Odu Ogu Oke Ola Olu Ona Opo Ore Osa Owu Tembo Uzo Yebo"
        ),
        "b d f k l m n r s t w y",
        "a e i o u ade ango eke emi iye oku ola onda uche unde unmi",
    ),
    "somali": (
        "Abd Cali Dah Dir Faar Gee Hers Jaa Liib Maxa Muu Qaa Saal Xus Yaa",
        "i a o u",
        "r sh d l le low me n",
    ),
    "polish": (
        (
            "Adam Bara Biel Boro Chmie Dobro Dra Gaj Gór Grab Jabł Jar Kami Karp Kował Krzy "
            "Leś Maj Mal Micha Now Olsz Pawł Piotr Rog Sad Sik Sob Szym Tom Trze Urb Wal "
            "Wasi Wiś Woj Zale Zie"
        ),
        "cz k l n ow r sz w",
        "ak czyk ek iak icz ik owicz owski ski uk yński ewski",
    ),
    "romanian": (
        (
            "Albu Ban Bor Bra Cher Cio Con Cris Dobr Drag Dumi Flor Gavr Geor Iva Lup Man "
            "Mar Mold Mun Neag Nico Pan Petr Pop Rad Rus Sav Sta Stoi Tom Ung Vas Vlad"
        ),
        "a e i o u",
        "ban cea cu escu iu lache nca nescu nu rache ru scu toiu șan ț",
    ),
    "baltic": (
        (
            "Balt Berz Brun Dain Gint Gri Jan Kalv Kauk Kazl Krast Lauk Mil Ozol Petr Rim "
            "Sak Star Vait Zar"
        ),
        "a e i u",
        "auskas enas inis ins išius kus tis utis vičius",
    ),
    "portuguese": (
        (
            "Alm Barr Bel Bran Cam Cast Coe Duar Esp Fal Fig Gon Gou Lour Mach Med Mon Nog "
            "Oliv Pac Per Quei Sam Tav Val Vil"
        ),
        "a e i o u",
        "des do lho nço ra res ria ro s telo va zes",
    ),
    "turkish": (
        (
            "Ak Al Ars Ay Bay Boz Çel De Doğ Er Gök Gül Ka Kara Kiliç Kök Öz Sari Şah Taş "
            "Tek Tun Uç Yal Yil"
        ),
        "a i e u",
        "ci dağ demir er gil kan kaya li maz oğlu taş türk",
    ),
    "arab": (
        ("Abu Bad Dab Far Gha Had Hal Jab Kas Kha Mad Mas Naj Qab Raf Sab Sha Tam War Zah"),
        "a i ou ee",
        "bani di ddin ef ib ili mi nah ri rawi wi zi",
    ),
    "albanian": (
        (
            "Ag Bal Bek Ber Bra Der Gjo Hal Hys Kad Kol Kras Lush Mal Meh Met Ndo Qos Res "
            "Sad Sel Tah Vel Xhe"
        ),
        "a e i o u",
        "j ja ku li ma ni ri shi ti",
    ),
    "chinese": (
        "B Ch D F G H J K L M N P Q R S Sh T W X Y Z Zh",
        "a e i o u ia ua",
        "  n ng o i",
    ),
}
"""First, middle and last parts of surnames, by origin. A leading space means an empty part."""

MIN_LENGTH = 4
"""The minimum number of letters. A shorter composition is an unlikely surname."""


@cache
def rare_surnames(origin: str) -> tuple[str, ...]:
    """Return the composed surnames of an origin, without repeats, in a fixed order."""
    firsts, middles, lasts = (part.split(" ") for part in _PARTS[origin])
    composed = ("".join(parts) for parts in product(firsts, middles, lasts))
    least = 2 if origin == "chinese" else MIN_LENGTH
    return tuple(dict.fromkeys(name for name in composed if len(name) >= least))


RARE_ORIGINS = tuple(_PARTS)
