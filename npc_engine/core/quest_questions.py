"""What a line asks of a quest: the next step, the goal, whether it is over, who has done it. By its words. Pure."""

from __future__ import annotations

import re

from npc_engine.core.questions import asks
from npc_engine.persona.mentions import plain

_NEXT = re.compile(
    r"\bwhat(?:'s| is| else is|'s still| is still)?(?: there)? (?:left|missing|remains|to go|next(?! (?:to|door)\b))"
    r"\b(?! (?:in|on|at|of|from|inside|under|behind)\b)"
    r"|\b(?:what now|now what|and now|and then|what then)(?=\W*$|[.?!;])|\bnext step\b|\bwhat comes (?:next|after)\b"
    r"|\bwhere (?:do|should|must|shall) i (?:go|take (?:it|this|that)) (?:now|next|with (?:it|this|that))\b"
    r"|\bwhere (?:do i|i) (?:have|need) to (?:go|take|bring|carry|deliver|put)\b|\bleft to do\b"
    r"|\bwhat (?:do i|i) (?:have|need) to (?:find|get|bring|fetch|make|do)\b"
    r"|\bwhere (?:do|should|must|shall) i (?:look|start|begin|search|try)(?: now| next| first)?(?=\W*$|[.?!;])"
    r"|\bwhere (?:does|must|should) (?:it|this|that|the (?!path|road|ladder|stairs|door|street)\w+(?: \w+)?) go\b"
    r"(?! to\b)|(?:装|安|插|怼|安装)(?:到|在|进|上)?哪|[往朝](?:哪|什么地方)[^，。]{0,6}(?:装|怼|安|插|塞)"
    r"|\bwho(?:m)?\b.{0,20}\b(?:am i|i'm|i am) (?:meant|supposed) to\b(?! (?:ask|talk|speak|thank|be)\b)"
    r"|\bwhat (?:exactly )?(?:am i|i'm|i am|was i) (?:(?:meant|supposed) )?to\b(?! be\b)"
    r"|\bwhat (?:is|was) it (?:that )?i(?:'m| am| was| have| had)? (?:(?:meant|supposed) )?to\b(?! be\b)"
    r"|我.{0,6}[要该得]找(?:什么|啥|谁)|(?:塞|递|送|捎)(?:到|给)?谁|我得(?:跑|去|上|到|往)哪"
    r"|\bwhich (?:man|woman|person|one)\b.{0,20}\b(?:(?:have i|i've) got|(?:do i|i) (?:have|need)) to\b"
    r"|\b(?:do|must|should) i point (?:the|my) finger\b"
    r"|(?:从|打)哪[儿里]?(?:开始|下手|入手|[找查]起)|拿[着到了].{0,8}(?:该|要|得)(?:去|往|上)哪|接下来|下一步|下面呢|然后呢|[还就](?:剩|差|缺)(?:下|了|点)?(?:的|些|个)?(?:什么|啥|哪|事|没)"
    r"|还[有要得需]要?.{0,3}(?:干|做|办|弄)(?:什么|啥|嘛|点)|还有(?:什么|啥|哪些?)(?:活|事|没[干做办弄]|要[干做办弄]|步)",
)
"""What asks for the next step alone."""
_WORK = re.compile(
    r"\b(?:work|jobs?|tasks?|errands?|chores?|gigs?) (?:(?:do|have|would) (?:you|they) (?:have |got )?)?"
    r"(?:for|going|available|to be done|that needs? doing)\b"
    r"|(?:有|若有|有何|有什么)(?:差遣|吩咐)|\bon my plate\b"
    r"|\b(?:any|some|spare|odd|more)(?: \w+)? (?:work|jobs?|tasks?|errands?|chores?|gigs?)\b"
    r"|(?:有|找|派|讨|揽|缺|给)(?:没有|什么|啥|点|些|个|份)*(?:活儿?(?!着)|差事|任务|事情?[做干])"
)
"""What asks whether there is something to do."""
_GOAL = re.compile(
    r"\b(?:goal|aim|purpose|point) (?:of|in) |\bin the end\b.*[?]|\bwhat(?:'s| is) (?:it|this|that) all (?:about|for)\b"
    r"|到头来|(?:[到最]终|最后).{0,6}(?:什么|啥)|(?:目的|目标)(?:是|到底)|图个?(?:什么|啥)|(?:什么|啥)名堂"
)
"""What asks what is to come of a quest."""
_PURPOSE = re.compile(
    r"\bwhat(?:'s| is| are| was| were)? .{1,40}(?:(?:used|needed|good|meant) )?for(?=\W*$|[.?!;])"
    r"|\bwhat (?:do|does|did|would|will) (?:i|we|you|one|they) (?:need|want|use) .{1,30} for\b"
    r"|[用拿]来.{0,2}[做干][什啥嘛]|有(?:什么|啥)用|[做干](?:什么|啥)[用使]"
)
"""What asks what something is for."""
_OVER = re.compile(
    r"\b(?:over|done|finish\w*|end(?:ed|s)?|settled|solved|closed|square|dealt|fixed|mended|sorted|through|all right"
    r"|result|succe\w+|manage\w*|pull\w* it off|turn(?:ed)? out|work(?:ed)? out|come of|became of|yet|still|already"
    r"|anybody|anyone|somebody|someone|well|the lot|everything|left|else|loose end)\b"
    r"|[完成办]|结束|了结|搞定|解决|结果|结局|怎么样|咋样|好了|了没|了吗|没有[？?]?$|交差|过关|打勾|翻篇|收工|算.{0,2}[过成完]了|找着了|收场|收尾|下文|进展|还[没有差剩]|没收"
)
"""What may ask whether something is over: nothing else does."""
_DONE = re.compile(
    r"(?<!what )(?<!where )(?<!who )\b(?:have|did) (?:i|we) (?:already |really |yet )*"
    r"(?:taken|take|do|done|finish\w*|complet\w*|mend\w*|fix\w*|solv\w*)\b"
    r"|\b(?:is|was|are) .{1,50}\b"
    r"(?:done|finished|over(?! (?:there|here|by|in|at|on)\b)|completed?|settled|closed|solved|dealt with)\b"
    r"|\b(?:any|some)(?:body|one) .{1,30}\byet\b|\bdid (?:my|our|the) .{1,40}\b(?:succeed|pay off|work out)\b"
    r"|\bam i (?:\w+ )?(?:done|finished|through)\b"
    r"|(?:算是?|是不是|已经|可算?)[^，。]{0,4}(?:过关|过|成|完成|了结|交差|搞定|办成|办妥|找着)了?(?:没有?|吗|吧|罢|呗|么|不|[？?…]|$)"
    r"|(?:完成|了结|搞定|解决|修好|弄好|办好|办完|办妥|办成|查[完清明]|破|结|过关|交差|做完|打勾|翻篇)了?(?:没有?|吗|吧|罢|呗|么|不|否)"
)
"""What asks whether something that was to be done is."""
_ALL = re.compile(r"\b(?:all(?! right)|everything|the (?:lot|whole))\b|全[部都]|所有|一切|整个")
"""What asks of all that is to be done, and not of one step."""
_STILL = re.compile(r"\bstill\b|\bgoing on\b|还(?:在|是|要|能|活|得)|仍")
_WHO_DID = re.compile(
    r"\bwho(?:'s| has| was it(?: that)?)?(?: \w+ly)? (?:managed to"
    r"|got (?:it|(?:the|that|this)(?: \w+){1,3}) "
    r"(?:open|unlocked|done|fixed|mended|back|running|going|flowing|working|moving|up|on|out|shut)"
    r"|(?!owned|died|wanted|asked|needed|hired|called|named|killed|lived|worked)\w{3,}ed\b|found|did|brought|won|broke|made)\b"
    r"|\bhow (?:did|was|were|has) (?:\w+ ){1,5}(?:get )?(?:open|opened|unlocked|fixed|mended|solved|found|restarted)\b"
    r"|怎么(?:样|给)?(?:打开|弄开|撬开|修好|找到|办成|启动)的"
    r"|\bby whose hand\b|\bwho gets the credit\b|\bwhose (?:doing|work|deed)\b"
    r"|(?:谁|哪位|哪个|什么人|何人|哪.英雄).{0,10}(?:打开|弄开|撬开|开|办成|办妥|修好|弄好|整好|搞好|找到|完成|搞定|破)(?:的|了)"
    r"|(?:头功|功劳)[^，。]{0,6}(?:谁|哪)|谁的(?:头功|功劳)"
    r"|(?:打开|弄开|撬开|办成|办妥|修好|弄好|找到|完成|搞定).{0,8}的(?:那个|那位)?(?:人|家伙)?(?:到底|究竟)?是(?:谁|哪位|哪个|何人)"
)
"""What asks who has done something, or how it was done: both are told in one sentence."""
_OWN_DEEDS = re.compile(
    r"\bwhat(?:'d| did| have| was it(?: that)?) i (?:just |already )?(?:do|did|done|achieved?|accomplish(?:ed)?)\b"
    r"|我.{0,8}[做干办](?:成|好|完)?[过了](?:些|件)?(?:什么|啥|哪)"
)
"""What asks what the player has done."""
_MAKER = re.compile(
    r"\b(?:who|whom|whose)\b.{0,24}\b(?:wr[io]te\w*|written|penned|made|built|painted|drew|drawn|carved|forged|signed|sent)\b"
    r"|\bwho(?:m|'s|se)?\b.{0,30}\bfrom\W*(?:$|[,.;!?])|谁.{0,4}(?:写|画|造|寄|签|刻)"
)
"""What asks who made something, or whom it came from."""


def asks_next(line: str) -> bool:
    """Whether the line asks for what is to be done next, or at all, whatever it reports besides."""
    said = plain(line)
    return _NEXT.search(said) is not None or (_WORK.search(said) is not None and asks(said))


def asks_goal(line: str) -> bool:
    """Whether the line asks what is to come of a quest in the end, and not for a step."""
    return _GOAL.search(plain(line)) is not None


def asks_purpose(line: str) -> bool:
    """Whether the line asks what something is for."""
    return _PURPOSE.search(plain(line)) is not None


def asks_over(line: str) -> bool:
    """Whether the line may ask whether something is over, or how it ended."""
    return _OVER.search(plain(line)) is not None


def asks_still(line: str) -> bool:
    """Whether the line asks whether something goes on, to which a no says that it is over."""
    return _STILL.search(plain(line)) is not None


def asks_done(line: str) -> bool:
    """Whether the line asks whether a step, or all of a quest, is done."""
    return _DONE.search(plain(line)) is not None


def asks_of_all(line: str) -> bool:
    """Whether the line asks of all that is to be done."""
    return _ALL.search(plain(line)) is not None


def asks_who_did(line: str) -> bool:
    """Whether the line asks who has done something, or how it was done."""
    return _WHO_DID.search(plain(line)) is not None


def asks_own_deeds(line: str) -> bool:
    """Whether the line asks what the player has done."""
    return _OWN_DEEDS.search(plain(line)) is not None


def asks_maker(line: str) -> bool:
    """Whether the line asks who made something, or whom it came from."""
    return _MAKER.search(plain(line)) is not None
