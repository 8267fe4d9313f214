"""The words that take a name back or leave it open: in a clause, a note, a remark or a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pilotzones.geo.places.text.patterns import ADMITTED

__all__ = [
    "CHANGE_INTO",
    "MAX_CLAUSE_CHARS",
    "NUMBERING",
    "REPLACE",
    "VERB_LINE",
    "Retraction",
    "crosses_retraction_cue",
    "has_retraction_cue",
    "is_about_other_things",
    "is_part_note",
    "read_clause_before",
    "read_clause_behind",
    "read_heading",
    "read_note",
    "read_remark",
]

MAX_CLAUSE_CHARS = 60
_MAX_HEADING_CHARS = 40
_MAX_PREFIX_CHARS = 24
_NUMBER = "[0-9〇零一二三四五六七八九十百两]"
_REMOVED = (
    r"退出(?!机制|通道|制度)|停止|停办|暂停|中止|终止|暂缓|缓建|移出|移除|剔除|删除|删去|去除|排除|剥离|调出|划出|撤出|撤下|清退|清出|除名|"
    r"摘牌|摘帽|出列|撤销|撤回|取消|废止|淘汰|落选|落榜|调整出|调离|收回|免去|免除|放弃|谢绝|拒绝|到期|过期|失效|期满|届满"
)
# A cross speaks of the names that it touches.
_CROSS = r"(?<!\d)[×✗✘╳](?!\d)"
_NOT = (
    r"(?:暂不|不再|不予|不得|不宜|不应|不能|不作|未能|未予|未被|未再|未获|未经|尚未|没有|没能|无法|并未|并不|不|未)"
    r"(?:再|予以|予|被|能|得到|正式|同意|继续){0,2}"
)
_ADMITTED = (
    r"列入|列为|纳入|计入|算入|归入|加入|进入|入选|入围|入列|属于|作为|视为|参加|参与|享受|承担|开展|实施|保留|安排|支持|确定|确认|认定|命名|授予|授牌|"
    r"获批|获评|上榜|当选|中选|获得|获准|批准|批复|通过|达标|同意|合格|验收|推荐|考虑|启动|(?:包括|包含|计算|涵盖)?在内|在(?:此|该|本|其|试点|示范|规划|名单)|符合|具备"
)
_APPROVED = r"(?:批准|批复|获批|审批|验收|通过|认定|确定)"
_WANTED = (
    r"(?:拟(?![定订态合稿])|争取|有望|计划|申请|准备)[^,]{0,8}?(?:列入|列为|纳入|加入|进入|入选|确定|认定|命名|申报|推荐|批准|同意|试点|示范|新增|增补|增加|"
    r"选|作为|支持|设)"
)
_AWAITED = (
    r"候选(?!人)|备选|候补(?!委员)|替补|暂定|(?<!暂)缓批|缓议|搁置|另行(?:研究|确定|考虑|批复|审定|认定|安排|公布)|择机|视情况?|条件成熟(?:时|后)|"
    r"待[^,遇]{1,12}?(?:批准|批复|同意|审定|审批|审核|研究|明确|确定|认定|论证|公布|验收|评估)|观察(?:员|期|名单|对象)|"
    r"(?:暂不|不再?|未|没有?)作(?:统一|具体|硬性)?(?:要求|安排|考虑|规定)|后备(?![箱干力])|预备(?![费役])|待(?:批|定|审|核|验收|确认|评估|报批)|尚待|有待|[处在][^,]{0,4}?(?:申报|审批|审核|论证|筹备)|"
    r"(?:报批|审批|审核|申报|申请|公示)(?:之)?中|正在(?:申报|申请|报批|审批|审核|争取)|"
    r"经[^,]{0,8}?(?:验收|评估|审核|考核|论证)[^,]{0,4}?后|"
    rf"(?:尚未|还未|仍未|没有|未)[^,]{{0,6}}?{_APPROVED}|{_WANTED}"
)
# 原定于安泽县: a plan that was given up.
_PLANNED = r"原(?:先|来)?(?:定|计划|安排|申报|推荐|选定)(?:[于在]|为(?!准))"
_BLAMED = r"(?:予以|给予|进行)(?:全[省市]|书面)?(?:通报批评|批评|约谈|问责|处罚|警告)"
# 除外 and the like say exactly what they leave out.
_EXCEPT = r"除外|以外|之外|例外"
_OUT = re.compile(rf"{_CROSS}|{_EXCEPT}|(?:{_REMOVED})(?!的[县市区地单])|{_NOT}(?:{_ADMITTED})")
_OPEN = re.compile(rf"{_AWAITED}|{_BLAMED}")
REPLACE = r"(?:替换|替代|取代|顶替|更换|置换|代替|接替|递补|换下)"
CHANGE_INTO = r"(?:应(?:改|更正)?为|(?:更正|替换|更换|调整|置换|变更|改换|调换|换|改)(?:为|成|作)|→)"
# 已被替换, 已调整为其他县: another one has its place.
_GONE = rf"被{REPLACE}|^已{REPLACE}$|{CHANGE_INTO}(?:其他|其它|别的|另外|另一)"
_OUT_NOTE = rf"{_OUT.pattern}|{_GONE}|不(?:含|包括|包含|计|算)$"
_OPEN_NOTE = (
    rf"{_AWAITED}|拟$|^(?:.{{0,4}}级)?(?:创建|培育|储备|观察|整改|筹建|筹备)(?:单位|对象|名单|县|市|区|期|中|类|阶段)?$"
)
_OUT_LEAD = re.compile(
    rf"{_CROSS}$|(?:{_REMOVED})(?!后)|{_NOT}(?:{_ADMITTED}|将|把|对|含|包括|包含|涉及|计)|除(?:了|去)?|扣除|不含|而非|而不是|并非|不是"
)
# A list of another time: 上次试点涉及长兴县.
_EARLIER = r"(?:上一?[次批轮期]|此前|以往|往年)(?:的|已|曾|试点|示范|涉及|范围|名单|县)*"
_OPEN_LEAD = re.compile(rf"{_AWAITED}|{_EARLIER}|拟(?![定订态合稿])|争取|力争|建议|{_PLANNED}")
# Places that stand beside those of a list: 周边县：, 协作单位：.
_BESIDE = r"(?:周边|相邻|毗邻|协作|对照|参照|比照|辐射|配合|结对|支援|对口支援|对口帮扶)"
_OPEN_HEADING = (
    r"(?:关于)?(?:拟(?![定订态合稿])|候选|备选|后备|预备|待批|待定)|"
    r"(?:储备|观察|整改)(?:单位|对象|名单|试点|示范|梯队|[县市区])*$|"
    rf"{_BESIDE}(?:单位|对象|名单|[县市区])+$"
)
# A label that says nothing but that its names go (减少：保德县).
_OTHERS = "非(?:试点|示范|重点|贫困|入选|成员)"
_OUT_HEADING = rf"(?:减少|调减|核减|{_OTHERS})(?:单位|对象|名单|试点|示范|[县市区])*$"
# A part of a place that its note takes out, or that alone is meant (不含西来镇; 除东部外; 仅含安仁镇).
_PART = r"(?:镇|乡|苏木|街道|社区|村|农场|林场|[东南西北中]部|片区|园区|新区|开发区|度假区|地区|区域|城区|辖区|部分)"
_PART_NOTE = (
    rf"(?:不含|不包括(?!在内)|不包含|不涉及|除了?(?![了外名])|除去|扣除|剔除).{{1,60}}|.{{0,40}}{_PART}等?(?:除外|以外|之外)|"
    rf"(?:仅|只|限)(?:限|含|包括|包含|指|为|涉及|于)?.{{0,60}}{_PART}(?:等.{{0,6}})?"
)
# 安吉县仅含递铺街道: a sentence that means a part of the name before it.
_ONLY_PART = r"(?:仅|只)(?:限于?|含|包括|包含|指|涉及)"
# 不断 and 未来 deny nothing.
_DENIAL = (
    r"(?:现|已|均|都|也|因故|自愿|主动|申请|暂时)*(?:不(?![断仅但同少足超低宜等]|得[少低]|变|再?(?:由|属|隶属|归|设|辖))|未(?!来)"
    r"|没有?|并未|尚|非(?![常公物遗农])|无(?![人线锡障论疑为极棣]|偿))"
)
# A division that ended, and no place in a list: 2011年原巢湖市撤销后并入; 撤县设区.
_MERGED = r"撤销[^,]{0,4}并入|撤[县市地区](?:设|并|改)"
# Another subject or another action between a name and a verb: the verb says nothing of the name itself.
_OTHER_SUBJECT = (
    r"开展|推进|推动|探索|组织|做好|加强|完善|鼓励|引导|建立|健全|深化|规范|企业|农户|农民|居民|机构|产能|人员|宅基地|承包|土地|耕地|资金|"
    r"户籍|贫困户|市场|群众|集体|个人|村民|有偿|其余|其他|其它|剩余"
)
# Words of the programme, the longest first; what follows 的 before a verb may be nothing else (的试点资格被取消).
_PROGRAMME = (
    r"国家级?|省级?|市级?|县级|本次|本轮|本批|首批|综合|改革|建设|创建|先行|融合|发展|试点|试验|示范|重点|帮扶|贫困|名单|名录|目录|范围|资格|"
    r"称号|牌子|名额|身份|任务|工作|计划|项目|序列|行列"
)
_OF_PROGRAMME = rf"(?:{_PROGRAMME}|县城|[县市区旗]|被|已经?|将|现|也|均|都|予以|正式|依法)*+"
_OBJECT = re.compile(
    rf"(?:{_PROGRAMME}|的|了|有|为|是|即|等次|档次|等级|类别|结果|类|对|将|把|向|在|给|已经?|分别|情况|下列|以下|如下|上述|下述|原有|原来|原|部分|有关|相关|各|其他|列入|纳入|作为|参与|安排|支持|认定|"
    rf"命名|确定|批准|推荐|新增|增加|增补|扩大|选择|选取|设立|设置|建立|开展|申报|考虑|入选|入围|参加|实施|保留|同意|授予|地区|单位|城市|行政区划?|区域|"
    rf"建制|街道|公示|通知|公告|决定|县城|[省县市区旗镇乡]|第?{_NUMBER}++[批个家年]|[:\"“”()、/至到包括含])*+"
)
# A text without any of these takes nothing back, which saves the look at its clauses.
_ANY_CUE = re.compile(
    rf"{_CROSS}|{_EXCEPT}|{_REMOVED}|{_NOT}(?:{_ADMITTED}|将|把|对|含|包括|包含|涉及|计)|除|扣除|{_AWAITED}|{_BLAMED}|{_ONLY_PART}|{_EARLIER}|{_OTHERS}|{_BESIDE}|拟|减少|调减|核减|{_PLANNED}|而非|而不是|并非|不是|储备|观察|整改|争取|力争|建议|{REPLACE}|{CHANGE_INTO}|改由|"
    r"[省市县区旗州盟](?:现|已|均|都|也|因故|自愿|主动|申请|暂时)*[不未没尚非无]|"
    r"\([^()]{0,4}(?:创建|培育|储备|观察|整改|筹建|筹备)"
)
# A line that is nothing but a verb speaks of the name on the line before it.
VERB_LINE = re.compile(
    rf"(?:已|现)?(?:{_CROSS}|{_EXCEPT}|{_REMOVED}|{_NOT}(?:{_ADMITTED})|{_AWAITED}|拟)(?:(?!名单|名录|[县市区的:有])[^,]){{0,10}}"
)
NUMBERING = re.compile(r"^(?:附件|附表|第)?[0-9一二三四五六七八九十]*[章节条批]?[\s、.．:()①-⑳●○■◆•·]*")


@dataclass(frozen=True, slots=True)
class Retraction:
    """What the text does to a name, with its words.

    `kind` is "out" for a name that is taken back, "open" for one that is not admitted yet, and "in" for one that takes
    the place of another.
    """

    kind: Literal["out", "open", "in"]
    words: str


def has_retraction_cue(text: str) -> bool:
    """Whether words behind a name take it back or leave it open.

    Parameters
    ----------
    text : str
        Folded text without blanks.

    Returns
    -------
    bool
    """
    return _OUT.search(text) is not None or re.search(_OPEN_NOTE, text) is not None


def crosses_retraction_cue(left: str, right: str) -> bool:
    """Whether words that take a name back or leave it open begin on one line and end on the next (暂不⏎列入).

    Parameters
    ----------
    left, right : str
        The end of one line and the beginning of the next, folded and without blanks.

    Returns
    -------
    bool
    """
    text, cut = left + right, len(left)
    cues = (found for pattern in (_OUT, _OPEN) for found in pattern.finditer(text))
    return any(found.start() < cut < found.end() for found in cues)


def read_note(note: str) -> Retraction | None:
    """Read the note in the parenthesis of a name (除外; 2020年退出; 候选).

    Parameters
    ----------
    note : str

    Returns
    -------
    Retraction or None
    """
    note = re.sub(r"\s", "", note)
    if is_part_note(note) or re.search(_MERGED, note):
        return None
    for piece in re.split("[,:、]", note[:MAX_CLAUSE_CHARS]):
        awaited, removed = re.search(_OPEN_NOTE, piece), re.search(_OUT_NOTE, piece)
        if awaited is not None:
            return Retraction("open", note)
        if removed is not None and re.search(_OTHER_SUBJECT, piece[: removed.start()]) is None:
            return Retraction("out", note)
    return None


def is_part_note(note: str) -> bool:
    """Whether the note in the parenthesis of a name takes a part of it out, or means nothing but a part.

    Parameters
    ----------
    note : str
        Folded.

    Returns
    -------
    bool
        False where the note takes all of the name back (除外).
    """
    return re.fullmatch(_PART_NOTE, re.sub(r"\s", "", note)) is not None


def read_remark(remark: str) -> Retraction | None:
    """Read what is remarked on a place, which need not speak of the list at all.

    Parameters
    ----------
    remark : str
        Folded (2020年退出; 取消药品加成).

    Returns
    -------
    Retraction or None
        "out" only where nothing but words of the programme follows the verb; else the place is left open.
    """
    retraction = read_note(remark)
    if retraction is None or retraction.kind == "open":
        return retraction
    for piece in re.split("[,:、]", remark[:MAX_CLAUSE_CHARS]):
        verb = re.search(_OUT_NOTE, piece)
        if verb is not None and _OBJECT.fullmatch(piece, verb.end()):
            return retraction
    return Retraction("open", remark)


def is_about_other_things(text: str) -> bool:
    """Whether words of retraction in a title speak of land, people or industry and not of a list (宅基地有偿退出).

    Parameters
    ----------
    text : str
        Folded.

    Returns
    -------
    bool
    """
    return re.search(_OTHER_SUBJECT, text) is not None


def read_clause_behind(clause: str, *, flows: bool) -> Retraction | None:
    """Read the clause behind an enumeration; `flows` says that another name follows it without a boundary."""
    pieces = clause.split(",")
    if re.match(_ONLY_PART, clause):
        return Retraction("open", clause)
    for position, piece in enumerate(pieces):
        last = position == len(pieces) - 1
        for kind, pattern in (("open", _OPEN), ("out", _OUT)):
            verb = pattern.search(piece)
            if verb is None or not _is_own_verb(piece[: verb.start()]):
                continue
            # 浙江省取消嘉善县试点资格: the verb belongs to the name behind it.
            if flows and last and verb[0] not in "×✗✘╳" and _OBJECT.fullmatch(piece, verb.end()):
                continue
            if kind == "out" and _is_other_status(piece[verb.start() :], pieces[position + 1 :]):
                return None
            return Retraction("open" if kind == "open" else "out", piece)
    # What is denied of a name right behind it may be its place in the list.
    return Retraction("open", pieces[0]) if not flows and re.match(_DENIAL, pieces[0]) else None


def _is_other_status(words: str, later: Sequence[str]) -> bool:
    """Whether a name only loses something else, and is admitted right behind (不再作为省管县，纳入试点)."""
    admits = bool(later) and ADMITTED.match(later[0]) is not None and re.search(_OUT.pattern, later[0]) is None
    return admits and re.search("试点|试验|示范|名单|名录|范围", words) is None


def _is_own_verb(prefix: str) -> bool:
    """Whether what stands between a name and a verb leaves the name the verb's subject."""
    if len(prefix) > _MAX_PREFIX_CHARS or re.search(_OTHER_SUBJECT, prefix):
        return False
    owner, of, thing = prefix.rpartition("的")
    return not of or ((not owner or len(owner) > 1) and re.fullmatch(_OF_PROGRAMME, thing) is not None)


def read_clause_before(clause: str) -> Retraction | None:
    """Read the words before an enumeration: a verb, and nothing but words of the programme up to the names."""
    for kind, pattern in (("open", _OPEN_LEAD), ("out", _OUT_LEAD)):
        for verb in pattern.finditer(clause):
            if _OBJECT.fullmatch(clause, verb.end()) and re.search(_OTHER_SUBJECT, clause[: verb.start()]) is None:
                return Retraction("open" if kind == "open" else "out", clause)
    return None


def read_heading(line: str) -> Retraction | None:
    """Read a line without names that stands over others (二、退出名单).

    Parameters
    ----------
    line : str
        Folded.

    Returns
    -------
    Retraction or None
    """
    bare = NUMBERING.sub("", line, count=1).rstrip("。.:：；;")
    if re.match(_OPEN_HEADING, bare):
        return Retraction("open", line)
    if re.match(_OUT_HEADING, bare):
        return Retraction("out", line)
    return read_clause_before(bare) if len(bare) <= _MAX_HEADING_CHARS else None
