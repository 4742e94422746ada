"""Names of origins of which the generator's population has few or none, for evaluation.

They are everyday names written down for this generator, the most common first. A Chinese name is a
triple: the same name in Pinyin, Wade-Giles and Jyutping. Names of the former Soviet Union are in a
neutral spelling, from which `world` writes one scheme or another.
"""

CHINESE_SURNAMES = """
Wang/Wang/Wong Li/Li/Lei Zhang/Chang/Cheung Liu/Liu/Lau Chen/Ch'en/Chan Yang/Yang/Yeung
Huang/Huang/Wong Zhao/Chao/Chiu Wu/Wu/Ng Zhou/Chou/Chow Xu/Hsu/Tsui Sun/Sun/Suen Ma/Ma/Ma
Zhu/Chu/Chu Hu/Hu/Wu Guo/Kuo/Kwok He/Ho/Ho Lin/Lin/Lam Gao/Kao/Ko Luo/Lo/Law Zheng/Cheng/Cheng
Liang/Liang/Leung Xie/Hsieh/Tse Song/Sung/Sung Tang/T'ang/Tong Deng/Teng/Tang Feng/Feng/Fung
Han/Han/Hon Cao/Ts'ao/Cho Peng/P'eng/Pang Zeng/Tseng/Tsang Xiao/Hsiao/Siu Tian/T'ien/Tin
Dong/Tung/Tung Pan/P'an/Poon Yuan/Yuan/Yuen Cai/Ts'ai/Choi Jiang/Chiang/Keung Yu/Yu/Yu Du/Tu/To
Ye/Yeh/Yip Cheng/Ch'eng/Ching Wei/Wei/Ngai Su/Su/So Lu/Lu/Luk Ding/Ting/Ting Ren/Jen/Yam
Shen/Shen/Sum Yao/Yao/Yiu Zhong/Chung/Chung Cui/Ts'ui/Chui Tan/T'an/Tam Fan/Fan/Fan Shi/Shih/Shek
Jin/Chin/Kam Qiu/Ch'iu/Yau Qin/Ch'in/Chun Gu/Ku/Koo Hou/Hou/Hau Shao/Shao/Siu Meng/Meng/Mang
"""
CHINESE_SYLLABLES = """
Wei/Wei/Wai Ming/Ming/Ming Xiao/Hsiao/Siu Jun/Chun/Kwan Hua/Hua/Wah Jian/Chien/Kin Guo/Kuo/Kwok
Zhi/Chih/Chi Hong/Hung/Hung Yan/Yen/Yan Jie/Chieh/Kit Li/Li/Lai Mei/Mei/Mei Xin/Hsin/Sum
Qiang/Ch'iang/Keung Jing/Ching/Ching Yong/Yung/Wing Hui/Hui/Wai Ping/P'ing/Ping Feng/Feng/Fung
Lan/Lan/Lan Tao/T'ao/To Bo/Po/Bok Xiang/Hsiang/Heung Yi/I/Yee Ting/T'ing/Ting Rong/Jung/Wing
Zhen/Chen/Chun Hai/Hai/Hoi Dong/Tung/Tung Chun/Ch'un/Chun Qing/Ch'ing/Ching Shan/Shan/Shan
Long/Lung/Lung Ying/Ying/Ying Fang/Fang/Fong Gang/Kang/Kong Zhong/Chung/Chung De/Te/Tak
Wen/Wen/Man Xue/Hsueh/Suet Jia/Chia/Ka Yu/Yu/Yu Lin/Lin/Lam An/An/On Kang/K'ang/Hong
"""
VIETNAMESE_SURNAMES = """
Nguyen Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Trinh Dao Luong Mai
Truong Cao Lam Chau Ta Thai Quach Kieu Lieu Luu Doan Ha Trieu Vuong Tang Ton To La
"""
VIETNAMESE_MALE = """
Anh Minh Hung Dung Tuan Hai Nam Long Quang Duc Thanh Son Hoang Huy Khanh Phuc Phong Binh Cuong
Hieu Tien Trung Vinh Viet Kien Loc Nghia Tam Thang Tung
"""
VIETNAMESE_FEMALE = """
Linh Huong Lan Hoa Mai Nga Ngoc Phuong Thao Thu Trang Tuyet Yen Hanh Dung Hong Nhung Diep Giang
Ha Hang Hien Loan My Nhi Quynh Tam Thuy Tram Uyen
"""
TAMIL_NAMES = """
Murugan Kumar Ramesh Suresh Arumugam Selvam Ganesan Subramaniam Krishnan Rajan Shanmugam Velu
Kandiah Sivakumar Thambiah Ponnambalam Nadarajah Balasubramaniam Sivalingam Thangavelu Palani
Karuppiah Muthusamy Perumal Govindasamy Raman Chelliah Kanagaratnam Mahalingam Nagalingam
Pathmanathan Rajaratnam Sathasivam Somasundaram Sundaram Vaithilingam Yogarajah Aiyadurai
Chandrasekaran Dhanapal Elangovan Gnanasekaran Ilango Jeyakumar Kathiravan Loganathan Manickam
Natarajan Panneerselvam Ravichandran Saravanan Tamilselvan Udayakumar Vijayakumar Anandan
Lakshmi Saraswathi Meena Kamala Devi Selvi Vasanthi Malathi Shanthi Revathi Sumathi Kavitha
Priya Radha Thenmozhi Poongodi Mallika Amudha Chitra Ponni
"""
ARAB_MALE = """
Muhammad Ahmad Ali Hussein Hasan Khalid Umar Yusuf Ibrahim Mahmud Khalil Jamal Karim Qasim Tariq
Samir Walid Ziyad Faysal Nasir Rashid Salih Said Sulayman Usama Abdallah Abdulrahman Abdulaziz
Mustafa Yahya Zakariya Ismail Haytham Ghassan Hisham Jabir Kamil Majid Munir Nabil
"""
ARAB_FEMALE = """
Fatima Maryam Aisha Khadija Zaynab Layla Nur Amina Hanan Samira Salma Huda Rania Nadia Iman
Jamila Karima Latifa Najwa Rima Sawsan Wafa Yasmin Zahra Ghada Hala Abir Dalal Lubna Shaima
"""
ARAB_SURNAMES = """
Khalil Hasan Ibrahim Mahmud Salih Mansur Haddad Najjar Khuri Shami Masri Baghdadi Jabburi Tikriti
Rashid Qasim Hamdan Darwish Sabbagh Nasir Khatib Harb Ghanim Fayyad Jawad Kazim Uthman Sharif
Zaydan Qabbani Hallaq Barakat Tamimi Dulaymi Ubaydi Maliki Shaykh Bakri Awad Aziz Jaffar Qadir
Yasin Hakim Hilal Abbud Kanaan Mughrabi Sayyid Turki Wahbi Zubaydi
"""
NIGERIAN_FORENAMES = """
Chinedu Emeka Oluwaseun Babatunde Chukwuemeka Ifeanyi Adebayo Olumide Tunde Ngozi Chioma Amaka
Funmilayo Folake Blessing Yetunde Adaeze Nnamdi Obinna Kelechi Segun Femi Kayode Oluwatobi Uche
Ikenna Temitope Ayodele Bukola Chidi Ebele Ebuka Efosa Osaze Ibrahim Musa Aminu Sani Zainab Aisha
Chukwudi Onyekachi Oluwadamilola Ayomide Ifeoma Nkechi Uchenna Toluwani Oluwafemi Chinonso
"""
NIGERIAN_SURNAMES = """
Okafor Okonkwo Adeyemi Adebayo Eze Nwosu Okoro Ojo Adeleke Balogun Bello Chukwu Danjuma Ekwueme
Igwe Lawal Musa Nwachukwu Ogunleye Okeke Oladipo Olawale Osagie Sanusi Abubakar Afolabi Akinola
Anyanwu Ezeudu Ihejirika Mbakwe Njoku Obiora Ogundipe Ogunbanjo Olatunji Onwuka Oyelaran Usman
Uzoma Adewale Akpan Etim Bassey Effiong Nwankwo Obasi Onyeama Ugwu Yakubu Adesina Fashola
Odukoya Shonibare Ekpo Idowu Ikechukwu Madueke Nzeogwu Orji
"""
SLAVIC_MALE = """
Aleksandr Sergej Dmitrij Andrej Aleksej Maksim Evgenij Ivan Mikhail Vladimir Nikolaj Jurij Viktor
Oleg Igor Pavel Vasilij Anatolij Grigorij Georgij Valerij Gennadij Stanislav Vjacheslav Jaroslav
Arsenij Timofej Fjodor Iljja Zakhar
"""
SLAVIC_FEMALE = """
Elena Olga Natalja Tatjana Irina Svetlana Ekaterina Marina Julija Anastasija Ljudmila Galina
Nadezhda Ksenija Darja Jana Evgenija Valentina Oksana Larisa Zhanna Vera Ljubov Polina
"""
SLAVIC_SURNAMES = """
Ivanov Petrov Sidorov Kuznecov Popov Vasilev Sokolov Mikhajlov Novikov Fjodorov Morozov Volkov
Alekseev Lebedev Semjonov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin
Zakharov Zajcev Solovjov Borisov Jakovlev Grigorev Romanov Vorobjov Sergeev Frolov Zhukov
Chernov Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Olijnyk Shevchuk Koval Polishchuk
Bojko Moroz Lysenko Rudenko Savchenko Petrenko Klimenko Gavriljuk Khomenko Chumak Zhuravljov
Shcherbakov Jushchenko Cymbaljuk Jacenko Khrushchov Chajkovskij Zhdanov Shapovalov
"""
SOUTH_ASIAN_MUSLIM = """
Mohammad Ahmed Ali Hussain Hassan Imran Usman Tariq Khalid Asif Faisal Nadeem Qasim Rashid Saeed
Shahid Waqas Zahid Zubair Junaid Rizwan Yaqoob Farooq Ghulam Aftab Iftikhar Javed Mehmood
"""
SOUTH_ASIAN_MUSLIM_FEMALE = """
Fatima Ayesha Mariam Zainab Nasreen Rukhsana Shazia Samina Saima Farzana Rubina Kauser Parveen
Shaheen Tahira Yasmeen Nazia Bushra Khalida Mumtaz
"""
PAKISTANI_SURNAMES = """
Khan Hussain Ahmed Ali Mahmood Akhtar Iqbal Malik Shah Begum Bibi Mirza Qureshi Chaudhry Sheikh
Siddiqui Raja Butt Dar Bhatti Bhutto Awan Gondal Janjua Kayani Khokhar Minhas Rana Rathore
Sandhu Warraich Abbasi Afridi Ansari Baloch Bukhari Durrani Gilani Hashmi Kazmi Lodhi Naqvi
Niazi Rizvi Syed Tareen Yousafzai Zaidi Ghauri Jatoi
"""
INDIAN_MALE = """
Gurpreet Harpreet Jaswinder Balwinder Sukhdev Manjit Paramjit Ranjit Rajesh Sanjay Vijay Anil
Sunil Ashok Dinesh Mukesh Nilesh Jayesh Hitesh Bhavesh Kalpesh Pradeep Deepak Vikram Rohit
"""
INDIAN_FEMALE = """
Jaspreet Manpreet Kulwinder Sukhwinder Rajinder Surinder Sunita Anita Geeta Sita Pooja Neha
Bhavna Hansa Jyoti Kokila Manjula Nirmala Pushpa Shobhana Urvashi Varsha
"""
INDIAN_SURNAMES = """
Singh Kaur Patel Shah Sharma Gill Sandhu Dhillon Sidhu Bains Dhaliwal Grewal Sahota Johal Virk
Chauhan Mistry Parmar Solanki Desai Joshi Mehta Trivedi Vyas Pandya Bhatt Gupta Verma Kapoor
Chowdhury Mukherjee Banerjee Chatterjee Ghosh Sen Das Reddy Rao Naidu Iyer Nair Menon Pillai
Thakur Yadav Mishra Tiwari Chaturvedi Agarwal
"""
SPANISH_SURNAMES = """
Garcia Rodriguez Gonzalez Fernandez Lopez Martinez Sanchez Perez Gomez Martin Jimenez Ruiz
Hernandez Diaz Moreno Alvarez Munoz Romero Alonso Gutierrez Navarro Torres Dominguez Vazquez
Ramos Gil Ramirez Serrano Blanco Molina Morales Suarez Ortega Delgado Castro Ortiz Rubio Marin
Sanz Nunez Iglesias Medina Garrido Cortes Castillo Santos Lozano Guerrero Cano Prieto Mendez Cruz
Flores Herrera Gallego Marquez Leon Vidal Quispe Mamani Zambrano Cedeno
"""
"""Forenames come from Faker's lists."""
SCOTTISH_IRISH_SURNAMES = """
Macdonald Mackenzie Campbell Stewart Robertson Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan
O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher Doherty Kennedy Lynch Murray Quinn McLaughlin
Macleod Maclean Macgregor Sinclair Urquhart Farquharson Colquhoun Menzies Dalziel Buchanan
Drummond Cunningham Ferguson McGuinness McKenna Maguire Brannigan Donoghue Flaherty Geraghty
Heffernan Keogh Loughran Mulvaney Rafferty Shaughnessy Tierney
"""
SCOTTISH_IRISH_MALE = """
Sean Iain Hamish Alasdair Ewan Callum Fergus Gordon Duncan Angus Liam Cormac Eoin Padraig Declan
Brendan Ciaran Diarmuid Donal Eamon Finbar Kieran Niall Ruairi Seamus Malachy Murdo Torquil
"""
SCOTTISH_IRISH_FEMALE = """
Siobhan Aoife Niamh Sinead Mairead Catriona Eilidh Isla Morag Kirsty Ailsa Caoimhe Deirdre
Grainne Maeve Orla Roisin Fionnuala Bridget Oonagh Moira Fiona Sheena Una
"""
KOREAN_SURNAMES = (
    "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song"
)
KOREAN_SYLLABLES = """
Min Jun Seo Ji Hyun Woo Young Soo Jin Hee Kyung Sung Jae Eun Mi Sang Hoon Chul Dong Yeon Hye Won
Tae Joon Bin
"""
