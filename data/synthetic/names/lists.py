"""Common names by origin: lists that come with Faker (MIT licence), and lists of this project.

Faker is read once, only for its tables; its generators are not used. The lists of this project are
everyday names, written down for this generator where Faker has none in Latin script.
"""

from functools import cache
from importlib import import_module

MUSLIM_MALE = (
    "Mohammed Ali Ahmed Hassan Hussain Omar Ibrahim Yusuf Bilal Hamza Imran Usman Tariq "
    "Khalid Abdul Adnan Asif Faisal Haroon Idris Ismail Jamal Kamran Mustafa Nadeem Naveed "
    "Qasim Rashid Saeed Salman Shahid Sohail Tahir Umar Waqas Yasin Zahid Zubair Abdullah "
    "Amir Farhan Junaid Kashif Rizwan Shabir"
)
MUSLIM_FEMALE = (
    "Fatima Aisha Maryam Zainab Khadija Amina Saima Nadia Shazia Rukhsana Nasreen Farah Hafsa "
    "Iqra Kiran Layla Mehwish Noor Parveen Rabia Sadia Samina Shabana Sana Sumaya Tahira "
    "Yasmin Zahra Asma Bushra"
)
MUSLIM_SURNAMES = (
    "Khan Ahmed Hussain Ali Begum Akhtar Mahmood Malik Iqbal Mohammed Shah Hussein Rahman "
    "Bibi Islam Uddin Miah Choudhury Chaudhry Mirza Qureshi Sheikh Siddiqui Ansari Aslam "
    "Bashir Butt Dar Farooq Ghafoor Hanif Hamid Javed Kausar Latif Majid Nawaz Rafiq Rashid "
    "Saleem Sharif Tariq Yousaf Zaman"
)
ARAB_MALE = (
    "Mohamed Ahmad Mahmoud Karim Yousef Samir Nabil Walid Ziad Bassam Fadi Ghassan Hani Jamil "
    "Kamal Majed Nasser Rami Sami Tarek Anwar Hisham Khaled Marwan Osama Sherif Wael Yahya "
    "Amjad Hussein"
)
ARAB_FEMALE = (
    "Mariam Noura Salma Huda Rania Lina Dalia Hanan Iman Jamila Leila Mona Nawal Rasha Samira "
    "Suhaila Wafa Yasmine Zeina Amal Fatma Ghada Hala Mayssa"
)
ARAB_SURNAMES = (
    "Mohamed Ahmed Hassan Al-Masri Al-Hassan El-Sayed Abdallah Haddad Khalil Mansour Nasser "
    "Saleh Salem Al-Jaburi Al-Rashid Bakr Darwish Fares Ghanem Hamdan Ibrahim Jaber Kassem "
    "Mahdi Najjar Omar Qasim Rahimi Sabbagh Shammari Taha Yassin Zaki Karimi Hosseini Moradi "
    "Ahmadi Rostami Barzani Amin Aziz"
)
SOMALI_MALE = (
    "Abdi Mohamed Ahmed Hassan Ali Abdirahman Abdullahi Farah Hussein Ibrahim Ismail Jama "
    "Mahad Mukhtar Mustafe Nur Omar Osman Said Sharmarke Warsame Yusuf Zakaria Liban Guled"
)
SOMALI_FEMALE = (
    "Amina Asha Ayaan Faduma Fardowsa Habiba Halima Hamdi Hawa Hibaq Hodan Ifrah Khadra Ladan "
    "Maryan Nasra Sagal Sahra Ubah Zamzam Hani Deqa Filsan"
)
SOMALI_SURNAMES = (
    "Mohamed Ahmed Ali Hassan Abdi Farah Hussein Omar Osman Jama Warsame Yusuf Aden Adan "
    "Abdullahi Ismail Nur Elmi Guled Haji Dualeh Mohamud Hirsi Ibrahim Roble Samatar Shire "
    "Sheikh Egal Duale"
)
ALBANIAN_MALE = (
    "Arben Agim Alban Ardit Artan Besnik Bujar Dritan Edon Endrit Erion Fatos Flamur Florian "
    "Gent Ilir Klajdi Kreshnik Leonard Luan Mentor Petrit Redon Shkelqim Skender Valon Visar "
    "Xhevdet"
)
ALBANIAN_FEMALE = (
    "Albana Anila Arta Besa Blerta Drita Elira Elona Enkela Fjolla Gentiana Ilirjana Jonida "
    "Klea Liri Majlinda Mimoza Rina Shpresa Teuta Valbona Vjollca"
)
ALBANIAN_SURNAMES = (
    "Hoxha Shehu Gjoka Prifti Leka Dervishi Krasniqi Gashi Berisha Morina Shala Kelmendi "
    "Bytyqi Haxhiu Basha Cela Doda Frasheri Gjini Hasani Kola Lleshi Marku Muka Ndreca Pepa "
    "Rama Sula Toska Ymeri Zeneli"
)
CHINESE_MALE = (
    "Wei Jun Ming Hao Jian Lei Tao Bin Chen Feng Gang Hui Jie Kai Liang Peng Qiang Yong Zhen Bo"
)
CHINESE_FEMALE = (
    "Mei Xiu Ying Fang Jing Li Min Na Ping Qing Rong Shan Ting Xia Yan Yun Zhu Hong Juan Lan"
)
VIETNAMESE_MALE = (
    "Anh Binh Cuong Dung Duc Hai Hieu Hung Huy Khanh Long Minh Nam Phong Quang Son Tuan Van "
    "Viet Vinh"
)
VIETNAMESE_FEMALE = (
    "Chi Diep Ha Hang Hoa Hong Huong Lan Linh Ly Mai Nga Ngoc Nhung Phuong Thao Thu Trang "
    "Tuyet Yen"
)
VIETNAMESE_SURNAMES = (
    "Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Trinh Dao Luong"
)
NIGERIAN_SURNAMES = (
    "Okafor Okonkwo Adeyemi Adebayo Eze Obi Nwosu Okoro Ojo Adeleke Balogun Bello Chukwu "
    "Danjuma Ekwueme Ibrahim Igwe Lawal Musa Nnamdi Nwachukwu Ogunleye Okeke Oladipo Olawale "
    "Onyeka Osagie Sanusi Uche Umar"
)

OWN_LISTS: dict[str, str] = {
    "muslim_male": MUSLIM_MALE,
    "muslim_female": MUSLIM_FEMALE,
    "muslim_surnames": MUSLIM_SURNAMES,
    "arab_male": ARAB_MALE,
    "arab_female": ARAB_FEMALE,
    "arab_surnames": ARAB_SURNAMES,
    "somali_male": SOMALI_MALE,
    "somali_female": SOMALI_FEMALE,
    "somali_surnames": SOMALI_SURNAMES,
    "albanian_male": ALBANIAN_MALE,
    "albanian_female": ALBANIAN_FEMALE,
    "albanian_surnames": ALBANIAN_SURNAMES,
    "chinese_male": CHINESE_MALE,
    "chinese_female": CHINESE_FEMALE,
    "vietnamese_male": VIETNAMESE_MALE,
    "vietnamese_female": VIETNAMESE_FEMALE,
    "vietnamese_surnames": VIETNAMESE_SURNAMES,
    "nigerian_surnames": NIGERIAN_SURNAMES,
}


@cache
def weighted_names(source: str) -> tuple[tuple[str, float], ...]:
    """Return the names of one list with relative weights, without repeats.

    `source` is `own:KEY` for a list of this project or `LOCALE:ATTRIBUTE` for a list of Faker. A
    list with weights keeps them. In the lists of this project, the weights fall in the order of
    the list. Faker's plain lists are in alphabetical order, so every name gets the same weight.
    """
    origin, _, key = source.partition(":")
    if origin == "own":
        names = dict.fromkeys(OWN_LISTS[key].split())
        return tuple((name, 1.0 / (rank + 4.0)) for rank, name in enumerate(names))
    provider = import_module(f"faker.providers.person.{origin}").Provider
    values = getattr(provider, key)
    if isinstance(values, dict):
        return tuple((str(name), float(weight)) for name, weight in values.items())
    return tuple((str(name), 1.0) for name in dict.fromkeys(values) if " " not in str(name))
