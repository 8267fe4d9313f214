"""The words around place names that say what a list does with them.

Patterns only; they were written from the grammar of official lists (范围包括…、除…外、部分地区、等N个县), not from one
document. Everything is matched against folded text without white space.
"""

from __future__ import annotations

import re

__all__ = [
    "ADDRESSEE_LEAD",
    "ADDRESS_LEAD",
    "ADMITTED",
    "AFTER_REST",
    "ALIAS_LEAD",
    "AMONG_LEAD",
    "APPLICANT_LEAD",
    "AREA_NOUN",
    "AREA_PART",
    "AREA_START",
    "BEFORE_REST",
    "BORDER_LEAD",
    "CENTRE",
    "COMMON_NAMES",
    "COMPOSED",
    "CONNECT",
    "CORE_AREA",
    "COUNTED",
    "COUNTED_LEAD",
    "COUNTED_TOWNS",
    "DESCRIPTION",
    "EXAMPLE_TRAIL",
    "EXCEPTED",
    "EXCLUDE_LEAD",
    "EXCLUDE_TRAIL",
    "FOUNDED",
    "GENERIC_AREA",
    "GOVERNMENT",
    "HELD_BY",
    "LIES_IN",
    "LIST_LEAD",
    "LIST_TRAIL",
    "LOCATION_LEAD",
    "LOCATION_TRAIL",
    "NEIGHBOUR_LEAD",
    "NEIGHBOUR_TRAIL",
    "NOT_IN_REST",
    "NO_NAME",
    "OBLIGED",
    "ONLY_LEAD",
    "ORGANISATION",
    "PARTIAL",
    "PILOT_TRAIL",
    "PLACE_PART",
    "PLAIN_STEMS",
    "REGION",
    "SOFT_BOUNDARY",
    "SPECIAL_ENDING",
    "STRONG_LEAD",
    "SUBJECT",
    "SURROUNDINGS",
    "TAKES_PART",
    "TOWNS_OF",
    "TOWN_ENDING",
    "TOWN_START",
    "UNIT_ENDINGS",
    "WHOLE",
    "WRONG_NEXT",
]

_NUMBER = r"[0-9一二三四五六七八九十百两]+"

# Characters that names of units end with.
UNIT_ENDINGS = "省市县区旗州盟"
WHOLE = re.compile(
    r"(?:的)?(?:全域|全境|全[市省县区州旗盟]|全部行政区域|全市域|全县域|全区域|全部区域)(?=$|[^\u4e00-\u9fff]|[和与及等为共]|以及|纳入|列入|范围)"
)
PARTIAL = re.compile(
    rf"(?:等)?(?:{_NUMBER}个?(?:行政区|市辖区|区县|县区|市区|区|县|市|旗)?)?(?:所辖|境内|范围内)?(?:的)?(?:部分|局部|大部分|一部分)"
    r"(?:地区|区域|行政区域|乡镇|镇|乡|街道|镇街|地域|片区|范围)?"
)
# A part of a unit described by where it lies or what it is like: 东部山区, 北部, 沿海地区, 大别山区, 中心城区以外.
_LAND = "山区|丘陵区?|平原区?|高原区?|盆地|牧区|农区|库区|湖区|林区|老区|地区"
AREA_PART = re.compile(
    r"(?!周边|毗邻|相邻|邻近|附近|全|各|所有|其他|其它|等|的?(?:大|一)?部分|局部)(?:境内)?的?(?:(?:(?:东北|西北|东南|西南|[东西南北中])部|沿[海江河湖线边]|近郊|远郊|坝上|坝下|"
    rf"[浅深半]?山区|(?:{_LAND})|(?:中心城区|主城区|城区|市区|县城|建成区)以外)+的?(?:{_LAND}|区域|地带|一带|部分|乡镇|地)?"
    rf"|(?:(?![省市县区州盟旗和与及等的是为在])[\u4e00-\u9fff]){{1,4}}(?:{_LAND}))(?=$|[^\u4e00-\u9fff]|[和与及等]|以及|纳入|列入)"
)
# What lies around a unit (北京市周边地区) is not the unit; 周边的 before another name only describes that one.
SURROUNDINGS = re.compile(
    r"的?(?:周边|毗邻|相邻|邻近|附近)的?(?:地区|区域|区县|县市区?|县区|市县|城市|县|区|市|地带|一带|乡镇)?"
    r"(?=$|[^\u4e00-\u9fff]|[和与及等]|以及|纳入|列入)"
)
PLACE_PART = re.compile(r"的[\u4e00-\u9fff]{1,4}部分")
# A number of places behind what they lie in: 萍乡市2个、吉安市（1个）.
COUNTED = re.compile(rf"[(]?({_NUMBER})(?:个|家|处|[县市区旗]+(?=$|[^\u4e00-\u9fff]))")
COUNTED_TOWNS = re.compile(rf"(?:等|共|共计|合计)*{_NUMBER}个?(?:城镇|乡镇|镇|乡|街道|镇街|建制镇|村)")
TOWNS_OF = re.compile(
    rf"(?:{_NUMBER}[省市县区旗州盟])?(?:所辖|下辖|的|辖)?(?:{_NUMBER}个?[县市区旗](?:\([^)]*\))?)?(?:的)?{_NUMBER}个?(?:城镇|乡镇|镇|街道|村)"
)
SOFT_BOUNDARY = re.compile(
    rf"[和与及暨]|以及|等|全域|全境|全部|全[市省县区州旗盟]|部分|大部|的(?![\u4e00-\u9fff]{{0,2}}(?:市|县))|共|组团|为|是|之间|在内|除外|外|以外|"
    rf"列入|纳入|被|拟|{_NUMBER}(?:个|省|市|县|区|旗|地|城)|\*|片区"
)
SUBJECT = re.compile(
    r"(?:的)?(?:行政区域|规划范围|规划面积|区域范围|管辖范围|范围|规模|区域)?(?:主要|具体|共)?(?:坐落|位于|地处|包含|包括|涵盖|涉及|触及|由|管辖|下辖|总面积|是|为)"
)
FOUNDED = re.compile(r"(?:正式|获批|批准|同意)?(?:建立|设立|成立|获批|批复|挂牌|揭牌)")
GOVERNMENT = re.compile(r"(?:人民)?政府(?!办)")
ORGANISATION = re.compile(
    r"(?:人民)?(?:政府|发改委|发展改革|发展和改革|发改局|市委|县委|省委|区委|党委|委员会|人大|政协|财政|民政|统计局|自然资源|农业农村|"
    r"生态环境|住房|文化|教育|交通|水利|公安|法院|检察|日报|晚报|新闻|网|讯|电视|广播|大学|学院|师范|银行|公司|集团|有限|机场|高速|铁路|"
    r"医院|博物馆|规划院|设计院|研究院|站|籍|人$|人民|话|菜|港口|党政|各级|政务)"
)
AREA_NOUN = re.compile(
    r"(?:大)?(?:都市圈|城市圈|城市群|经济圈|都市区|经济带|经济区|城镇群|城市带|城镇带|生态圈|生活圈|一体化|发展轴|走廊|流域|盆地|平原|高原|"
    r"山区|地区经济|同城化|三角洲|三角|通道|双城|革命老区|老区|库区|苏区|示范带|经济走廊|区域合作|合作示范区|片区合作)"
)
# Clusters of units that no table of units has (京津冀, 武汉城市圈), as items of an enumeration.
REGION = re.compile(
    r"(?:(?![和与及])[\u4e00-\u9fff]){2,12}?(?:双城经济圈|城市群|都市圈|城市圈|经济圈|都市区|经济带|(?<!开发)(?<!临空)(?<!空港)(?<!临港)经济区|"
    r"城镇群|城市带|城镇带|三角洲|金三角|大湾区|革命老区|苏区|藏区|山区|流域|平原|高原|盆地|走廊|半岛)(?:核心区|地区)?"
    r"|(?:京津冀|长三角|泛珠三角|珠三角|闽三角|长株潭|成渝|环渤海|粤港澳|北部湾)(?:地区|区域|一体化)?"
)
LOCATION_LEAD = re.compile(
    r"(?:位于|坐落于|坐落在|坐落|地处|毗邻|紧邻|邻近|距离|距|连接|联通|接壤|衔接|靠近|辐射|辐射带动|对接|面向|记者|驻地|驻|隶属于|隶属|属|"
    r"源于|起于|止于|途经|流经|东至|西至|南至|北至|东接|西接|南接|北接|东临|西临|南临|北临|东邻|西邻|南邻|北邻|东与|西与|南与|北与|依托|"
    r"地跨|横跨|来自|前往|在)[\u4e00-\u9fff]{0,6}$"
)
# Labels of people and addressees, whose names may be those of places too (联系人：高平; 抄送：德清县、安吉县), and of the unit that
# a place lies in.
ADDRESSEE_LEAD = re.compile(
    r"(?:联系人员?|联络员|负责人|经办人|姓名|签发人|校对|抄送|抄报|抄发|主送|报送|分送|主办|承办|协办|参会|出席|列席|与会(?:单位|人员)?|联系电话|电话|传真|邮箱|"
    r"所[在属](?:省份?|省市|自治区|地?级?市|地?市州?|州|设区市)):$"
)
# Labels of governments that stand for their counties.
APPLICANT_LEAD = re.compile(r"(?:申报|实施|承担|试点|创建|建设|责任|示范)(?:单位|主体|地区|政府)[:为是]$")
# Where to write or to go to; 试点地址 is no such label.
ADDRESS_LEAD = re.compile(
    r"(?:(?:^|[^\u4e00-\u9fff]|通讯|通信|联系|办公|邮寄|邮政|寄送|单位|收件|报名|报到|会议|详细)(?:地址|住址|地点)(?:[:]|为:?|是|在|设在)|"
    r"(?:请?(?:邮寄|寄送|寄|报送|送)[至到往]|请寄):?)$"
)
# What makes a location a list: 在资溪县、浮梁县开展试点.
PILOT_TRAIL = re.compile(
    r"等?地?(?:率先|先行|同步|继续|分别|深入|全面)*(?:开展|实施|推行|推开|启动|进行)[^,]{0,10}?(?:试点|试验|示范|改革)|先行先试"
)
# What other places may learn from (学习借鉴安吉县、德清县经验), or what places do at a meeting.
EXAMPLE_TRAIL = re.compile(
    r"等?(?:地区?|[县市区]){0,2}的?(?:先进|成功|成熟|好的?|典型|有益|有效|创新|改革|试点|工作|相关|有关|主要){0,3}(?:经验|做法)(?!丰富)|"
    r"(?:分别|先后)?(?:[作做]了?|进行了?)(?:典型|交流|经验|大会|书面|视频|现场){0,2}?(?:发言|介绍|汇报|表态|交流)"
)
LOCATION_TRAIL = re.compile(
    r"(?:的)?(?:北部|南部|东部|西部|中部|东北部|西北部|东南部|西南部|境内|之间|结合部|交界|接壤|相邻|毗邻|相连|相接|交汇|一带|附近|以北|以南|"
    r"以东|以西|为邻|为界|建成区之间|西岸|东岸|北岸|南岸|两岸|市区之间)"
)
# What says in a parenthesis that a place lies in a larger unit: 均属南昌市, 由金华市代管.
LIES_IN = r"(?:(?:现|今)?(?:均|都|同|分别|皆)?(?:隶?属于?|归属?于?|位于|地处|在|由))?"
HELD_BY = r"(?:所辖|下辖|管辖|代管|托管|管理|直管|境内)?"
# What a place borders on: 东邻桐乡市, 南接余杭区.
BORDER_LEAD = re.compile(
    r"(?:毗邻|紧邻|邻近|接壤|距离?|[东南西北]{1,2}(?:与|同)?(?:邻|接|临|靠|连|抵|至|界))[\u4e00-\u9fff]{0,3}(?<!的)$"
)
# What makes a name the mark of where another place lies: 与岳西县毗邻的乡镇.
NEIGHBOUR_LEAD = re.compile(r"[与和同跟]$")
NEIGHBOUR_TRAIL = re.compile(
    r"(?:(?:相)?(?:毗邻|毗连|相邻|邻近|邻接|接壤|交界|相连|相接|相望|为邻|为界)|"
    r"(?:加强|密切|开展|进行|建立|做好|深化|搞好|强化)?[\u4e00-\u9fff]{0,4}?(?:协作|合作|协调|衔接|对接|联动|交流|结对|共建|协同))"
)
# What other places have to do, and the members of the list too (。安吉县、南浔区要积极借鉴试点经验).
OBLIGED = re.compile(r"(?:也|都|均)?(?:要(?!求)|应当?|须|需要?|必须|可以?|参照|借鉴|学习|协助|配合)[\u4e00-\u9fff]{2}")
TAKES_PART = re.compile(r"(?:开展|列[入为]|纳入|作为|实施|推进|承担)[^,]{0,8}?(?:试点|示范|试验|改革)")
# A number of places and the verb that names them: 中部1个，为石台县.
COUNTED_LEAD = re.compile(
    rf"(?:{_NUMBER})个?(?:试点|示范)?[省市县区旗州家]{{0,2}}[,，、:：]?(?:分别|依次)?(?:为|是|即|有)$"
)
STRONG_LEAD = re.compile(
    r"(?:包括|包含|涵盖|囊括|覆盖|涉及|触及|范围(?:为|是|包括|在|:)?|拓展到|拓展至|扩展到|扩展至|扩大到|扩大至|延伸到|延伸至|名单|如下|分别为|"
    r"分别是|下辖|管辖|所辖|其中|列入|新增|增补|增列|确定|选择|选取|同意|批准|命名|认定|授予|纳入|试点(?=[为是])|试点县|试点市|试点区|试点地区|重点县|片区|"
    r"县市区|县\(市、区\)|成员|城市|组团|[:])(?:了|有|为|是|的|在)?[:“”\"]*原?$"
)
LIST_LEAD = re.compile(
    r"(?:含|即|有|为|是|由|将|支持|对|在|以及|及|和|与|地区|试点|周边|范围的|周边的|新增|增加|保留|调整为|撤销|设立|以|了|的|辖|把)[“”\"]*原?$"
)
LIST_TRAIL = re.compile(
    rf"(?:等)(?!地(?:方|处|理))|(?:共同)?(?:组成|构成)|组团|片区|板块|列入|纳入|(?:为|是|作为)[\u4e00-\u9fff]{{0,8}}(?:试点|示范|试验)|"
    rf"(?:共|共计|合计|这)?{_NUMBER}个?(?:试点|示范|省|市|县|区|旗|地|城|行政区|州|盟)|(?:全域|全境|全部)|开展|率先|(?:以及)?周边|(?:的)?(?:部分|悉数)"
)
# What is said of the names before it makes them members of a list (曹县已纳入国家试点; 单县、成武县获批).
ADMITTED = re.compile(
    r"(?:经[^,]{1,12}?后)?(?:已经?|也|亦|均|都|将|被|分别|同时|正式|一并|成功|首批|率先|再|又)*"
    r"(?:列入|纳入|入选|入围|列为|增列为?|增补为|新增为|确定为|认定为|命名为|批准为|批复为|获批为?|获评|成为)"
    r"(?:[^,]{0,16}?(?:试点|示范|试验|先行|改革|名单|名录)|$)"
    r"|(?:保持|维持|继续)?(?:不变|不[作做]?调整)$"
    r"|(?:继续|仍|予以|仍予)*保留(?:试点|示范)?(?:资格|称号|单位|县)?$"
    r"|(?:继续|仍|也|同时)*作为[^,]{0,10}?(?:试点|示范|试验)|(?:继续|仍)(?:开展|承担|实施|推进)[^,]{0,10}?(?:试点|示范|试验|改革)"
)
CENTRE = re.compile(r"为(?:双)?(?:中心|核心|龙头|引领|主体|依托|支撑|重点|节点|极核|支点|腹地|基础|主|带动)")
COMPOSED = re.compile(r"组成|构成")
ALIAS_LEAD = re.compile(r"^(?:原|现|今|即|简称|以下简称|又称|曾用名|旧称)")
EXCLUDE_LEAD = re.compile(
    r"(?:(?:除外|例外):|除了|除去|除|不含|不包括|不包含|扣除|剔除|不计|未含|不涉及|其中不含|但不含|但不包括)$"
)
# Of names before it: those behind it are some of them.
AMONG_LEAD = re.compile(r"其中[:,，]?$")
ONLY_LEAD = re.compile(r"(?:仅|只|限)(?:限|含|包括|包含|指|为|涉及|于)?$")
EXCEPTED = re.compile(r"(?:等)?(?:两|[一二三四五六七八九十0-9]+)?(?:个?[县市区])?除外")
EXCLUDE_TRAIL = re.compile(r"(?:等)?(?:以外|之外|外|除外|不在|不计入|不列入|不纳入)")
CONNECT = re.compile(
    r"(?:全域|全境|全部|全[市省县区州旗盟]|以及|及其|及|和|与|暨|或|含|并|还有|的|其中|包括|等|下辖|所辖|周边的?|原来的|原|现|新增|代管的?|由[^由、，,；;。\n]{2,24}(?:代管|托管|管辖|管理|直管)的|中心城区|主城区|城区|市辖区|"
    r"(?:周边|毗邻|相邻|邻近|附近)(?:地区|区域|区县|县市区?|县区|市县|城市|县|区|市|地带|一带|乡镇)|"
    r"县级市|县级|地级市|直辖市|省直管县?|省直辖|直管|[0-9]++[.)]?|\"|“|”|'|‘|’|·|\*)*"
)
DESCRIPTION = re.compile(
    r"(?:中心城区|主城区|老城区|城区|市区|周边的?|原来的|原|今|现|现在的|县级市|县级|地级市|市辖区的?|直辖市|省直管县?市?|省直辖|"
    r"新增的?|代管的?|包括|含|其中|及其|其他)$"
)
CORE_AREA = re.compile(
    r"(?:主城区|主城|中心城区|老城区|新城区|城区|市区|县城|建成区|中心区|核心区|城市规划区|规划区|都市区核心区)(?=$|[^\u4e00-\u9fff]|等|和|与|及|以及|为|常住|的)"
)
_SPECIAL_WORDS = (
    "高新技术产业开发区|高新技术产业园区|高新技术工业园区|高技术产业开发区|经济技术开发区|新技术产业开发区|经济开发区|农业高新技术产业示范区|"
    "综合保税区|出口加工区|保税港区|保税区|自由贸易试验区|自由贸易港|自贸试验区|自贸区|自贸港|综合改革示范区|综合实验区|综合试验区|"
    "城乡一体化示范区|一体化示范区|旅游度假区|度假区|风景名胜区|风景区|旅游区|管理区|合作区|合作示范区|生态示范区|示范园区|示范园|"
    "先行区|先导区|示范区|样板区|试验区|实验区|开发区|高新区|经开区|工业园区|产业园区|产业园|工业园|科技园区|科技城|科学城|物流园区|"
    "园区|新区|新城|新片区|集聚区|聚集区|功能区|食品区|生态城|大学城|空港|航空港|临空经济区|经济区|行委|管委会|国际港务区|自然保护区|"
    "国家公园|生态区|灌区|农垦|垦区|矿区|林管局|林业局|监狱|港区|港|机场|服务区|商务区|金融城|特区|投资区|商贸区|协作区|口岸|创新区|科创园|科技园|片区"
)
SPECIAL_ENDING = re.compile(rf"(?:{_SPECIAL_WORDS})")
GENERIC_AREA = re.compile(
    r"^(?:国家级?|省级|市级|县级|各类?|该|此|本|全国|其他|有关|相关|两个|三个|[0-9]+个|若干|现有|传统|首批|第.批|和|与|及|以及)"
    r"|行政区$|^(?:新区|新城|开发区|园区|示范区|试验区|实验区|港|自贸区|经济区|功能区|合作区|特区|机场|矿区|管委会)$"
)
TOWN_ENDING = re.compile(r"民族乡|街道办事处|街道|镇|乡|苏木|嘎查|办事处|社区|行政村|村|农场|林场|牧场|团场|茶场")
TOWN_START = re.compile(r"(?!乡镇|村镇|城镇|集镇|建制镇|街道|各乡|各镇|部分|全部|有关|相关|所有)[\u4e00-\u9fff]{1,12}")
AREA_START = re.compile(r"[\u4e00-\u9fff0-9]{1,22}")
# Words before the name of a town or an area that say what a list does with it, and belong to no name.
BEFORE_REST = re.compile(
    r"(?:除了|除去|除|不含|不包括|不包含|不涉及|扣除|剔除|仅限|仅含|仅包括|仅|只含|只包括|只限|限|含|包括|包含|其中)$"
)
# What a town's or an area's name does not hold, and what may follow it.
NOT_IN_REST = re.compile(
    r"不再|隶属|加快|建设|推进|推动|支持|依托|发挥|打造|以|在|将|把|是|为|的|和|与|及|等|有|从|对|向|由|到|至|成|其|含|仅|只限|不包|不涉|加强|设立|建立"
)
AFTER_REST = re.compile(
    r"(?=$|[^\u4e00-\u9fff])|[和与及等为是的共]|(?:[除以之]外|外)(?=$|[^\u4e00-\u9fff])|以及|部分|全域|建立|设立|成立|获批|坐落|位于|地处|包含|包括|涵盖|涉及|触及|规划|这|两|三|常住|[0-9]"
)
# Towns and areas of no name: words of policy prose.
NO_NAME = re.compile(
    r"试点|农村|乡村|山村|新村|小镇|城镇|镇村|村镇|集镇|乡镇|名镇|名村|示范镇|中心镇|重点镇|建制镇|居住社区|新型社区|示范社区|农民|现代|智慧|部分|连片|市郊|特色|美丽|"
    r"历史|传统|改革|融合|行政村|贫困村|自然村|试点村|示范村|全国|国家级|优化|提升|推进|确定|组织|鼓励|促进|发展|规划|功能区|各|每个|所有"
)
# Stems of counties that are plain words of policy prose: read only in the company of other places.
PLAIN_STEMS = frozenset([
    "合作", "资源", "和平", "平安", "东方", "大方", "新华", "解放", "友谊", "友好", "前进", "光明", "公安", "共和",
    "民权", "富裕", "通道", "港口", "崇信", "安宁", "安定", "平定", "兴国", "爱民", "惠民", "富民", "江南", "河东",
    "河西", "中西", "中原", "东风", "长安", "城中", "向阳", "红旗", "卫东", "湖滨", "上街", "中站", "新城", "东区",
    "西区", "南区", "北区", "中区", "郊区", "城区", "矿区", "市中", "城关", "开发", "保靖", "太平", "红星", "建设",
    "团结", "胜利", "民主", "自由", "海港", "新市", "回民", "中心", "集美", "安全", "环保", "文化", "生态", "理塘",
    "山阳", "东港", "双桥", "双清", "天心", "道里", "道外",
])  # fmt: skip
# Names that are also plain words: without their prefecture they name nothing.
COMMON_NAMES = frozenset([
    "城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "中区", "新区", "新城区", "老城区", "城中区", "市中区",
    "市南区", "市北区", "城东区", "城西区", "城北区", "城南区", "城关区", "市区", "中原区", "港区", "新市区",
    "平原县", "开发区", "东山区", "高新区", "大堂区", "离岛区", "中西区", "市郊区", "工农区", "特区", "大区",
    "江东区", "江南区",
])  # fmt: skip
WRONG_NEXT = {
    "区": re.compile(r"[域间块位别分段级号委]|划(?![归入出转给])"),
    "市": re.compile(r"[场民容值井价面况政郊直辖]|级(?!市)"),
    "县": re.compile(r"[域级份志令]"),
    "旗": re.compile(r"[帜舰下手袍]"),
    "州": re.compile(r"[官府长]"),
    "省": re.compile(r"[份级力道直]"),
    "盟": re.compile(r"[友国约主]"),
}
