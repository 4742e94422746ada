"""Other forms of a name, spoken or written: nicknames, other spellings, feminine forms."""

from functools import cache

from anyascii import anyascii

_NICKNAMES = """
Alexander Alex Sandy | Andrew Andy Drew | Anthony Tony Ant | Benjamin Ben Benny
Charles Charlie Chas | Christopher Chris Kit | Daniel Dan Danny | David Dave Davy
Dennis Den | Derek Del | Donald Don | Douglas Doug | Edward Ed Eddie Ted | Francis Frank
Frederick Fred Freddie | Gareth Gaz | Gary Gaz | Geoffrey Geoff | George Georgie
Gerald Gerry | Graham Gray | Gregory Greg | Harold Harry | Henry Harry | Jack Jackie
James Jim Jimmy Jamie | Jeffrey Jeff | Jonathan Jon Jonny | John Jack Johnny
Joseph Joe Joey | Joshua Josh | Kenneth Ken Kenny | Kevin Kev | Lawrence Larry
Leonard Len Lenny | Leslie Les | Lewis Lew | Luke Lukey | Malcolm Mal | Mark Marky
Martin Marty | Matthew Matt | Michael Mike Mick | Mohammed Mo | Nathan Nate | Neil Neily
Nicholas Nick Nicky | Norman Norm | Oliver Ollie | Patrick Pat Paddy | Paul Paulie
Peter Pete | Philip Phil | Raymond Ray | Richard Rick Dick Richie | Robert Rob Bob Bobby
Roger Rodge | Ronald Ron Ronnie | Russell Russ | Samuel Sam Sammy | Sean Shaun | Simon Si
Stanley Stan | Stephen Steve Stevie | Steven Steve Stevie | Stuart Stu | Terence Terry
Thomas Tom Tommy | Timothy Tim | Trevor Trev | Victor Vic | Vincent Vince | Walter Wally
Wayne Wazza | William Bill Will Billy Liam | Zachary Zac | Abigail Abi Abbie
Alexandra Alex Sandra | Alison Ali | Amanda Mandy | Angela Angie | Ann Annie
Barbara Barb Babs | Beverley Bev | Carol Caz | Caroline Carrie Caz
Catherine Cathy Kate Katie | Charlotte Charlie Lottie | Chelsea Chels | Cheryl Chez
Christine Chris Chrissie | Danielle Dani | Deborah Debbie Deb | Diane Di | Donna Don
Dorothy Dot Dolly | Eleanor Ellie Nell | Elizabeth Liz Beth Lizzie Betty | Emily Em Emmy
Emma Em | Frances Fran | Gemma Gem | Georgina Georgie Gina | Gillian Gill Jill | Hannah Han
Heather Hev | Helen Nell | Irene Rene | Jacqueline Jackie | Jane Janey | Janet Jan
Jennifer Jen Jenny | Jessica Jess Jessie | Joanne Jo | Josephine Jo Josie | Judith Judy
Julie Jules | Karen Kaz | Katherine Kathy Kate Katie | Kathleen Kath Kathy | Kimberley Kim
Laura Lozza | Lauren Loz | Leanne Lee | Lesley Les | Linda Lin Lindy | Louise Lou
Lucy Luce | Lynn Lyn | Margaret Maggie Peggy Meg | Maria Mia | Marie Mazza | Marilyn Maz
Maureen Mo | Melanie Mel | Melissa Mel Lissa | Michelle Shell Chelle | Natalie Nat
Natasha Tasha | Nicola Nicky Nic | Olivia Liv | Pamela Pam | Patricia Pat Trish
Paula Paulie | Pauline Paula | Rachel Rach | Rebecca Becky Becca | Rosemary Rose Rosie
Ruth Ruthie | Sally Sal | Samantha Sam | Sandra Sandy | Sarah Sally | Sharon Shaz
Sheila She | Stacey Stace | Stephanie Steph | Susan Sue Suzie | Suzanne Sue Suzie
Teresa Terri Tess | Tracey Trace | Valerie Val | Vanessa Ness | Victoria Vicky Tori
Yvonne Von | Zoe Zo | Abdullah Abdul | Aleksander Olek | Andrzej Jędrek | Grzegorz Grzesiek
Jakub Kuba | Krzysztof Krzysiek | Małgorzata Gosia | Katarzyna Kasia | Mateusz Mati
Piotr Piotrek | Stanisław Staszek | Tomasz Tomek | Wojciech Wojtek
""".replace("\n", "|")

_SPELLINGS = """
Mohammed Muhammad Mohamed Mohammad Muhammed Mohamad | Ahmed Ahmad Ahmet
Hussain Hussein Husain Hossain Hussien | Hassan Hasan Hassen | Omar Umar Omer
Yusuf Yousuf Yousef Yousaf Youssef | Ibrahim Ebrahim Ibraheem | Ismail Ismael Esmail
Abdullah Abdallah Abdulla | Aisha Ayesha Aysha | Fatima Fatema Fatma Fatimah
Zainab Zaynab Zeinab | Maryam Mariam Maryan | Khadija Khadijah Hadija
Choudhury Chowdhury Chaudhry Chaudhary Choudhry | Qureshi Quraishi Kureshi
Siddiqui Siddiqi Siddique | Sheikh Shaikh Shaykh | Rahman Rehman Rahaman
Mahmood Mahmoud Mehmood | Malik Malek Maalik | Saeed Said Sayeed | Tariq Tarek Tareq
Khalid Khaled Khalif | Jamal Gamal Jamaal | Karim Kareem Kerim | Rashid Rasheed
Bilal Belal Billal | Uddin Udin Ud-Din | Iqbal Eqbal | Akhtar Akhter Aktar | Hamza Hamzah
Usman Osman Uthman | Stephen Steven Stephan | Philip Phillip | Geoffrey Jeffrey
Sean Shaun Shawn | Catherine Katherine Kathryn Catharine | Sarah Sara | Ann Anne
Lesley Leslie | Alan Allan Allen | Brian Bryan | Jon John | Mark Marc | Nicholas Nicolas
Lindsay Lindsey Lynsey | Clare Claire | Deborah Debra | Elizabeth Elisabeth
Jacqueline Jaqueline | Rebecca Rebekah | Teresa Theresa | Tracey Tracy | Gillian Jillian
Michelle Michele | Zoe Zoë | Jayne Jane | Lynn Lynne | Kerry Kerri | Smith Smyth Smythe
Brown Browne | Clark Clarke | Read Reid Reed | Thompson Thomson | Taylor Tayler Tailor
White Whyte | Green Greene | Philips Phillips Philipps | Stevens Stephens | Davies Davis
Evans Evens | Lewis Louis | Matthews Mathews | Nicholls Nichols Nicolls
Pearce Pierce Peirce | Roberts Robert | Rodgers Rogers | Shepherd Sheppard Shepard
Connor Conner O'Connor | Neil Neal Neill O'Neill | Reilly O'Reilly Riley | Kelly Kelley
Byrne Burn Burns | MacDonald McDonald Macdonald | MacKenzie McKenzie Mackenzie
MacLean McLean | Hughes Hewes | Harris Harries | Singh Sing | Kaur Kour | Patel Pattel
Sharma Sarma | Ivanov Ivanoff | Oleksandr Aleksandr Alexander
""".replace("\n", "|")

_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "arabic": (
        ("ou", "u"),
        ("ee", "i"),
        ("oo", "u"),
        ("q", "k"),
        ("kh", "h"),
        ("dh", "d"),
        ("aa", "a"),
        ("u", "o"),
        ("e", "a"),
        ("y", "i"),
        ("ss", "s"),
        ("z", "dh"),
        ("Al-", "Al "),
        ("Al-", "El-"),
    ),
    "indic": (
        ("sh", "s"),
        ("oo", "u"),
        ("ee", "i"),
        ("v", "w"),
        ("w", "v"),
        ("th", "t"),
        ("aa", "a"),
        ("j", "z"),
        ("ph", "f"),
        ("y", "i"),
    ),
    "slavic": (
        ("w", "v"),
        ("cz", "ch"),
        ("sz", "sh"),
        ("rz", "z"),
        ("ch", "h"),
        ("j", "y"),
        ("ck", "tsk"),
        ("ks", "x"),
        ("yn", "in"),
    ),
    "latin": (
        ("ç", "ch"),
        ("ş", "sh"),
        ("ș", "sh"),
        ("ț", "ts"),
        ("c", "k"),
        ("xh", "j"),
        ("q", "ch"),
        ("j", "y"),
        ("lh", "l"),
        ("ü", "ue"),
        ("ö", "oe"),
    ),
    "chinese": (
        ("x", "hs"),
        ("zh", "ch"),
        ("q", "ch"),
        ("g", "k"),
        ("j", "ch"),
        ("ng", "n"),
        ("ie", "i"),
        ("uy", "ui"),
        ("ph", "f"),
    ),
}
"""Alternative romanisations, by family of spelling rules."""


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split()) for group in text.split("|") if group.strip())


@cache
def _nickname_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for full, *nicknames in _groups(_NICKNAMES):
        index.setdefault(full, []).extend(nicknames)
        for nickname in nicknames:
            index.setdefault(nickname, []).append(full)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


@cache
def _spelling_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for group in _groups(_SPELLINGS):
        for name in group:
            index.setdefault(name, []).extend(other for other in group if other != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


def nicknames(forename: str) -> tuple[str, ...]:
    """Return the nicknames of this forename, and the full names of which it is a short form."""
    return _nickname_index().get(forename, ())


def spellings(name: str, family: str) -> tuple[str, ...]:
    """Return other spellings of a name: from the list, by rule, and without diacritics.

    `family` selects the rules of romanisation. It may be empty.
    """
    ruled = (
        _replaced(name, old, new) for old, new in _RULES.get(family, ()) if old in name.lower()
    )
    plain = anyascii(name)
    others = dict.fromkeys([*_spelling_index().get(name, ()), plain, *ruled])
    return tuple(other for other in others if other != name)


def _replaced(name: str, old: str, new: str) -> str:
    at = name.lower().index(old.lower())
    changed = name[:at] + new + name[at + len(old) :]
    return changed[0].upper() + changed[1:] if at == 0 else changed


def feminine(surname: str, origin: str) -> str:
    """Return the feminine form of a surname: Polish -ski, -cki and -dzki become -ska, -cka and
    -dzka.
    """
    if origin == "polish" and surname.endswith(("ski", "cki", "dzki")):
        return surname[:-1] + "a"
    return surname


def hyphenated(first: str, second: str) -> str:
    """Return a double surname. If a part is already double, only its first half is used."""
    return f"{first.partition('-')[0]}-{second.partition('-')[0]}"
