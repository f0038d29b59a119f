"""What kind of answer a line asks for, if it asks at all, and what it takes from the lines before. By words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from npc_engine.core.clauses import sentences
from npc_engine.persona.mentions import plain

Kind = Literal[
    "place",
    "owner",
    "alive",
    "locked",
    "open",
    "count",
    "time",
    "inside",
    "reason",
    "person",
    "measure",
    "manner",
    "reward",
]
"""What would answer: a place, an owner, whether something lives, is locked or open, a number or price, a time, what is
in something, a reason, a person, a measure such as an age or a colour, a way to do it, what is given for it."""
STRICT: frozenset[Kind] = frozenset(
    ["measure", "owner", "alive", "locked", "open", "count", "time", "inside", "reward"]
)
"""What a text answers only if it has words of that kind."""

_ENGLISH: dict[Kind, str] = {
    "measure": r"how (?:old|far|deep|heavy|tall|big|large|long is|high|fast|strong|rich|wide|small)"
    r"|what (?:colou?r|size|shape|age)|which colou?r|look like|made of",
    "place": r"where(?:'s|abouts)?|which way|what direction|(?:which|what) (?:deck|room|building|street)"
    r"|(?:in|on|at) (?:which|what) (?:\w+ )?(?:room|place|spot|house|deck|building|street|floor)|(?:am i|are we) in"
    r"|how (?:do|can|could|would|does) (?:i|we|you|one|somebody) (?:get to|go to|reach|find)|hid(?:es?|den|ing)"
    r"|(?:have|did) (?:i|we) (?:already |yet |ever )?(?:found|find|got|get|picked up|lost|lose|drop(?:ped)?|leave|left"
    r"|brought|bring|returned?|deliver(?:ed)?)\b|(?:do|did) (?:i|we) (?:still )?(?:have|carry|hold)\b(?! to\b)"
    r"|am i (?:still )?(?:carrying|holding)"
    r"|seen|spotted|way to|who(?:'s)? (?:has|have|had|holds?|got|holding|carrying|lugging|keeping)"
    r"|(?:point|direct) me (?:at|to|towards?)(?! some| any)|show me (?:to|the way)"
    r"|(?<!what )(?:is|are) (?!it\b|this\b|that\b)(?:\w+ ){1,3}(?:about|around|nearby)(?=\W*$)",
    "owner": r"(?<!on )whose|who(?:'s)? (?:owns?|has|have|had|holds?|got|keeps? the (?:key|money))|belongs? to|owner"
    r"|owned by|"
    r"whom? (?:do|does|did) \w+(?: \w+){0,3} belong|(?:give|bring|return)(?:ed)? (?:it |them )?(?:back )?to whom"
    r"|to whom (?:do|should|must|shall)|whom (?:should|must|do) i (?:give|return|ask)"
    r"|do(?:es)? \w+(?: \w+){0,3} own|what's(?: \w+)? (?:mine|yours|his|hers|theirs)"
    r"|(?:what|which \w+) (?:is|are)(?: \w+)? (?:mine|yours|his|hers|theirs)"
    r"|(?:is|are) (?:\w+ ){1,4}(?:mine|yours|hers|theirs)|yours(?=(?: now)?(?:,? is it)?\W*\?)"
    r"|call \w+(?: \w+){0,3} (?:my own|mine)"
    r"|(?:may|can|could|must|should|do) (?:i|we) (?:have to |really )?"
    r"(?:keep|hang on to|return|give (?:it|them|the \w+) back)",
    "alive": r"alive|dead(?! tired)|dies?|died|(?<!for a )living|survived?|still lives?|breathing|perish(?:ed)?"
    r"|passed (?:away|on)|(?:still )?(?:among|with) us|in (?:his|her|its|the) grave|pulse",
    "locked": r"locked|unlocked|lock(?:s)? on|bolted|padlock|without (?:a|the) key|need (?:a|the) key",
    "open": r"(?:is|are|was|has|have|did|stands?|been|still|get|anyone|somebody)\b(?!.{0,24}\b(?:case|matter)\b).{0,30}"
    r"\b(?:open|opened|shut|closed|ajar)",
    "inside": r"what(?:'s| is| was| are| were)? (?:there )?(?:in|inside|within) (?!it for)"
    r"|what (?:have|has|had|do|does|did) .{0,16}\b(?:got|keep|kept|stash(?:ed)?|stored?|stow(?:ed)?|put|hidden?)"
    r"(?: \w+){0,2} (?:in|inside) (?:the|that|this|your|my|his|her|their)"
    r"|what (?:do|does|did) .{0,24} (?:hold|contain)|what .{0,24} contains?"
    r"|what(?:'s| is| are)(?: being)? (?:\w+ing|stored|kept|stashed|stowed|hidden|locked)"
    r"(?: up| away| down)? in (?!on\b)"
    r"|what(?:'s| is| are)? down (?:\w+ ){0,4}in|(?:anything|something) (?:in|inside|within)",
    "count": r"how many|how much(?! time| longer)|\w+ (?<!my )(?<!your )(?<!his )(?<!her )(?<!the )left(?! to \w)"
    r"|enough|count|(?:what|which) number|number of"
    r"|costs?|price|charge",
    "time": r"when|what time|deadline|how much (?:time|longer)|how long|how soon"
    r"|(?:what|which) (?:day|date|year|night|month|hour)|today's date",
    "reason": r"why|how come|(?:what|which) (?:made|makes|caused|happened|went wrong|became|is wrong)|reason|how did",
    "person": r"who(?:'s|m)?|which (?:man|woman|person|of (?:you|us|them|the))"
    r"|(?<!to )(?:your|his|her|their|\w+'s) (?:\w+ )?name|call you",
    "manner": r"how (?:do|can|could|to|would|should|does)|what (?:do|does|must) (?:i|one|we) (?:need|have) to",
    "reward": r"rewards?|bounty|my (?:pay|wages?|fee|cut)|what(?:'s| is) in it for (?:me|us)"
    r"|what (?:do|will|would|can) (?:i|we) get (?:for|out of|if)"
    r"|get (?:any )?(?:paid|money|coin)|worth my (?:while|time)|what will you (?:give|pay) me",
}
_CHINESE: dict[Kind, str] = {
    "measure": r"多大|多重|多远|多深|多高|多长(?!时间)|多宽|几岁|年纪|什么颜色|啥颜色|长什么样|什么样子|什么做的",
    "place": r"(?<![从打])哪[儿里]|在哪|何处|什么地方|(?:怎么|咋)走|哪边|往哪|哪个方向|什么位置|在几层|去哪|见过|怎么去"
    r"|哪个(?:房间|屋|舱|院|地方)|放哪|哪去|人呢|指个(?:地|道|路|方向)|谁手[上里]|谁那[儿里边]|谁身上|谁拿|谁有"
    r"|(?:带|揣|装|留)在我|我(?:的?(?:身上|手[里上]|兜里|口袋里|包里)).{0,3}[有带拿揣装]|(?:有没有|是不是|已经|把).{0,8}(?:归还|还回|送回|还给)"
    r"|(?:归还|还回去?|送回去?)了?(?:没有?|吗|么)",
    "owner": r"谁的(?!意思|主意|吩咐|要求|安排)|有没有主|(?<![只还])有主[儿人了没吗？?]|无主"
    r"|归了?谁|归哪|属于谁|主人|哪位的|还给谁|谁家的|谁养|谁手[上里]|谁那[儿里边]|(?:谁|哪家.{0,3}|哪个人?|哪位)的?名下|哪家.{1,3}的|谁拿|谁有|老板是谁"
    r"|哪些(?:东西)?是.{1,8}的|[什啥]么?(?:东西)?(?:是.{1,8}的|归)|有(?:什么|啥|哪些)(?:家当|财产|家产|产业|宝贝)"
    r"|(?:成|算)了?[你您我他她]的"
    r"|哪个(?!屋|房|舱|院|镇|村|店|地方).{0,4}的[呀啊呢嘛哦哟咯]?[?？]?$|(?:是|(?<![\u3400-\u9fff]))[你您我他她]的[不吗么吧嘛]|算我的|归我|能留着|[要得该用]还(?:给|吗|不还)",
    "alive": r"活着|(?<![困累饿热冷笑])死了|死没|没死|还活|死掉|去世|在世|活下来|过世|健在|人世|断气|喘气",
    "locked": r"锁(?![着了的]?是?(?:什么|啥))",
    "open": r"开着|打开了|开了|关着|关了|关上|敞|开没开|开门了",
    "inside": r"里[面头]?(?:到底|究竟|都|还|又)*(?:有|装|放|藏|锁|存|搁|摆|囤|堆|剩|记|写|发现|找到|翻出)[着了的]?"
    r"(?:是|些|点)?(?:什么|啥|哪)"
    r"|装[着了]?什么|里[面头]是(?:什么|啥)",
    "count": r"多少|几(?![乎天点岁号时月年日层楼])|[有共]几[层楼]|还有剩|还剩(?!.{0,4}(?:要|事|活)|什么)"
    r"|够不够|怎么卖|什么价|价钱",
    "time": r"什么时候|几点|哪一?天|哪一?年|多久|几号|何时|几时|几天|几月|多长时间"
    r"|几个?(?:钟头|小时|分钟|星期|礼拜)|星期几|哪一?夜|期限|限期|截止",
    "reason": r"为什么|为何|为啥|怎么会|怎么回事|什么原因|出了什么|怎么.{1,6}的",
    "person": r"谁(?!家?的)|哪位(?!的)|(?<!为)[什啥]么?人|何人|哪个(?:人|家伙|[给把在])|叫什么|贵姓|怎么称呼",
    "manner": r"怎么|怎样|如何",
    "reward": r"报酬|奖励|奖赏|赏[钱金]|酬劳|酬金|[啥么些点有]好处|给我(?:什么|啥|多少)",
}
_KINDS: list[tuple[Kind, re.Pattern[str]]] = [
    (kind, re.compile(rf"\b(?:{_ENGLISH[kind]})\b|{_CHINESE[kind]}")) for kind in _ENGLISH
]
_TELLING: dict[Kind, str] = {
    "place": r"\b(?:in|at|on|behind|under|near|across|inside|north|south|east|west|by|end) (?:of )?(?:the|deck)\b"
    r"|在.*[里上边后下旁层中街处面头台央]|就在|[从到往].{1,8}[里上边外]",
    "time": r"\d|\b(?:ago|hours?|days?|nights?|since|now|today|until|\w+day|midnight|noon|morning|evening|dawn)\b"
    r"|\b(?:sunrise|dusk|sunset|sundown|weeks?|months?|years?|spring|summer|autumn|winter|o'clock)\b"
    r"|\bat (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|天|小时|[点号]|星期|[周礼拜][一二三四五六日]|[年月]|夜里|半夜|早上|中午|晚上|日[出落]|春|夏|秋|冬",
    "count": r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|many|no|none)\b"
    r"|[一二三四五六七八九十两][个张块条把只位名桶门支根颗匹艘封]",
    "reason": r"\b(?:because|whenever)\b"
    r"|\bsince\b(?! (?:\w+day|yesterday|last|then|noon|midnight|dawn|\d|the (?:day|night|week))\b)"
    r"|因为|由于",
    "person": r"(?<=\w )[A-Z][a-z]+|\bI am\b|·|是(?!被).*的。|我是",
    "owner": r"belong|\bown|'s\b|的主人|是.{1,6}的。|老板",
    "alive": r"alive|dead|died|kill|drown|living|surviv|死|活",
    "locked": r"\block|锁",
    "open": r"\bopen|closed|shut|开|关",
    "measure": r"\d|years? old|岁|\b(?:old|young|deep|tall|high|heavi|small|larg|bigg|wid)er\b"
    r"|\b(?:miles?|feet|metres?|meters?|pounds?|red|blue|green|black|white|grey)\b",
    "inside": r"contain|inside it|full of|holds|里面?(?:有|[放藏锁存]着)|装着",
    "reward": r"\b(?:reward|bounty|pay|pays|paid|coins?|gold|money|dollars?|pounds?)\b|报酬|奖|赏|酬|钱|金币|英镑",
}
_TOLD: list[tuple[Kind, re.Pattern[str]]] = [(kind, re.compile(pattern)) for kind, pattern in _TELLING.items()]
_FUNCTION = """
a an the is are was were be been am do does did have has had i you he she it we they me my your his her its our their
this that these those to of in on at for with and or so then there here what which who whom whose when where why how
can could would should will may might must not no any some about from by as if now please tell know just get got up
out into one anyone somebody many much old long
"""
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
_FUNCTION_ZH = re.compile(
    "哪儿|哪里|在哪|什么地方|什么时候|什么|怎么样|怎么|怎样|为什么|为何|谁|哪|多少|几|多久|吗|呢|吧|啊|了|的|是|在|有没有|没有|有"
    "|我|你|您|他|她|它|这|那|请问|现在|可以|能|要|得|想|去|到|个|就|还|也|都|没|不|和|，|。|？|！|、"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_REQUEST = re.compile(
    r"^(?:please |hey |so |and )*(?:can|could|will|would|may|shall) (?:you|i|we)\b|帮我|给我|能不能|可不可以"
)
_ASKS = re.compile(r"[?？]|吗|呢$|\btell me\b|^(?:name|list) (?:me )?(?:the|all|every)\b|告诉我|说说")
_SOMEBODY = r"(?:i|you|we|he|she|they|any\w*|some\w*)"
_THING = r"(?:it|that|this|there|the|my|your|his|her|our|their)"
_SEEKS = re.compile(
    r"(?:^|[,.;:!?] |\b(?:and|but|so|well|hey|then|me|us|say|know|wonder|wondering|idea|sure|remember|recall|guess|out"
    r"|about|already|forgot|forgotten|now) )"
    r"(?:what|which|how)\b(?! an? )"
    rf"|(?:^|[,.;:!?] )(?:(?:so|and|but|well|hey|okay|ok|um|or|then|now)\b\W*)*"
    rf"(?:(?:is|are|was|were|has|does)(?:n't)? (?:{_SOMEBODY}|{_THING})|(?:do|did|have)(?:n't)? {_SOMEBODY}) \w"
    r"|\bany (?:idea|clue|notion|news|word|chance|sign)\b"
    r"|\bput me to (?:work|use)\b|\bgive me (?:something to do|(?:a |some )?(?:job|task|chores?|work))\b"
    r"|(?:[,;–—-] ?(?:is|are|was|were|do|does|did|has|have)|(?:is|are|ai|was|were|do|does|did|has|have)n't)"
    r" (?:it|that|they|he|she|you)\W*$"
    r"|\bi take it\W*$|\b(?:huh|eh)\W*$"
    r"|\bi want (?:a|the|his|her|their) names?\b|\bgive me (?:a|the|his|her|their) names?\b"
    r"|\bam i (?:all )?(?:done|finished|through)\b|\b(?:anything|something) (?:still |else |left |more )?on my plate\b"
    r"|\b(?:got|have|need)\b.{0,20}\b(?:errands?|chores?|jobs?|tasks?|gigs?)\b.{0,24}\bi (?:could|can|might)\b"
    r"|(?:有|若有|有何|有什么)(?:差遣|吩咐)|(?:准是|肯定是|多半是|八成是|算是?|归[你您]).{0,12}(?:吧|呗)[。…~！!]*$"
    r"|再?[给跟]我.{0,2}(?:念叨|讲讲|说说|唠唠)"
    r"|\b(?:fill|clue) me in\b|\bbring me up to (?:speed|date)\b|\bcatch me up\b"
    r"|\b(?:looking|searching|hunting) for\b|\btrying to find\b|\blost my (?:way|bearings)\b|\b(?:am|'m|be) lost\b"
    r"|什么|[啥咋哪谁怎]|(?<!我)再[讲说]一?[遍次](?![:：，,])|[为如]何|何[人时地处事]|有没有|是不是|(?:算|该).{0,6}吧$|(?<![你我他她它们])(?:对|是|没错)[吧罢伐][。…~！!]*$|打听|想[知问]|问问|[我您]?在找|想找|迷路"
    r"|(?<=[\u3400-\u9fff]{2})(?<![还都也就才偏从永绝决并是可真我你他她它们])[没不][呀啊]?[.。…~]*$"
    r"|(?:有.+|[了过])没有[呀啊]?[.。…~]*$|(?:事儿?|话|任务|活儿?)[我给全都又]*忘(?:光|干净)?了|来着|干[嘛吗]|到底"
    r"|([会够在开死算像])[不没]\1|可(?:晓得|知道?|记得)|晓(?:得[不没]|不晓得)|记[得着住][不没]|[能该会](?:跟|和|对|给)我[讲说]"
    r"|派.{0,3}(?:活|差[事使])|[找给].{0,3}(?:活儿?|事情?)[给干做]"
)
"""What asks whether or not there is a mark for it, and however kindly."""
_SURVEYS = re.compile(
    r"\b(?:what|which|all the|name (?:me )?the|list the) (?:\w+ ){0,2}"
    r"(?:places|rooms|buildings|houses|shops|decks|parts|spots)\b"
    r"|\bwhat\b.{0,16}\bto (?:see|visit|explore)\b|\blay of the land\b|\b(?:look|show \w+) (?:a)?round\b"
    r"|\blaid out\b|\blay-?out\b|\bwhat(?:'s| is)(?: there)? (?:around|near|nearby)\b(?: here)?\W*$"
    r"|(?:哪些|有(?:什么|啥)|什么好|几个|些什么)(?:地方|房间|建筑|舱室|去处|铺子|景点)|布局|(?:周围|附近|四周).{0,4}(?:什么|哪些|啥)|转转|逛逛"
)
"""What asks for several places at once."""
_OWN = re.compile(
    r"\bmy (?:own )?(\w+(?: \w+)?)|我([\u3400-\u9fff]{1,3}?)(?:里|上)(?=的|那)"
    r"|我(?:[藏缝塞放戴别揣埋](?:在|进|到)?[^，。的我你]{0,6})?的(?:那?[枚把个张本只块件])?([^，。？?！的在里中上是有都能还呢吗]{1,5})"
)
_BELONGINGS = re.compile(
    r"\bwhat(?:'s| is| are)?(?: \w+){0,2} (?:yours|mine|his|hers|theirs)\b"
    r"|\bwhat (?:in|at|on|of|around|aboard) (?:\w+ ){1,3}(?:is|are) (?:yours|mine|his|hers|theirs)\b"
    r"|\bwhat (?:do|does) \w+(?: \w+){0,2} (?:own|possess)\b"
    r"|\b(?:belongings|possessions)\b|\b(?:got|has|have)\b.{0,12}\bto (?:your|his|her|their) (?:own )?name\b"
    r"|(?:名下|自个儿|自己).{0,6}(?:什么|啥|哪些)|(?:什么|啥|哪些)(?:东西|物件|家当|财产|宝贝)?(?:是|归|属于).{1,8}的"
    r"|(?<![里头面边])有(?:些|没有)?(?:什么|啥|哪些).{0,2}(?:家当|财产|家产|产业|宝贝|东西|物件)"
)
"""What asks for all that somebody owns."""
PRONOUN = re.compile(
    r"\b(?:it(?! (?:that|who|whom|which|you)\b)|he|him|she|they|them|that one|this one|that thing)\b|[它他她]们?",
    re.IGNORECASE,
)
"""Not the one of `Who is it that opened the door?`, which means nothing that was spoken of."""
_PARTING = re.compile(r"[?？;；,，。]|\b(?:and|or|also)\b|还有|以及")
_OPENS_QUESTION = re.compile(r"^(?:what|how|which|is|are|was|do|does|did|has|have)\b|吗|什么|怎么|哪")
_OF_DEATH = re.compile(
    r"\b(?:how|when|why) (?!about\b)(?:\w+ ){0,6}?(?:die|died|dead|perish(?:ed)?|pass(?:ed)? (?:away|on))\b"
    r"|\b(?:where|what) (?!about\b)(?:\w+ ){0,6}?(?:die|died|perish(?:ed)?|pass(?:ed)? (?:away|on))\b"
    r"|\bwhere\b.{0,30}\b(?:find|found)\b.{0,30}\bdead\b"
    r"|(?:怎么|咋|为什么|为啥|为何|什么时候|啥时候|哪[天年]?|谁).{0,3}(?:死掉?|去世|断气|过世|没)的|死在(?:了)?(?:哪|什么)|死于|死因"
)
"""What asks more of somebody's death than whether they are dead."""
_KILLER = re.compile(
    r"\b(?:who(?:'s| has| was it(?: that)?)?(?: \w+ly)?|which (?:\w+ )?(?:man|woman|one|person)) "
    r"(?:killed|murdered|slew|stabbed|shot|struck)\b|\bwho(?:'s| is| was) the (?:killer|murderer)\b|\bwhodunn?it\b"
    r"|(?:谁|哪个|哪位|什么人|何人)[^，。？]{0,3}(?:杀[了死害的]|害[了死的]|弄死|打死|干掉)|凶手.{0,3}(?:是谁|何人|是哪|是什么人)|谁.{0,3}凶手"
)
_ORDERS = re.compile(r"\b(?:ask(?:s|ed)?|want(?:s|ed)?|sen[dt]s?|hired?|told|find out)\b|[托请派查]|[让叫]我")
_WHY = re.compile(
    r"\b(?:why|how come|what (?:made|makes|caused|brings)|(?:cause|reason) (?:of|for|why|behind))\b"
    r"|\bwhat (?:is|are|was|were) .{0,30} (?:here )?for\b"
    r"|为什么|为何|为啥|怎么会|什么原因|[来去到跑].{0,6}(?:干|做)(?:什么|啥|嘛)"
    r"|(?:怎么|咋)(?:就|会|搞|弄|整|回事)|(?:怎么|咋).{1,4}的",
    re.IGNORECASE,
)
_REALM = r"(town|city|castle|keep|fort|village|island|ship|station|base|colony|country|kingdom|planet|port|harbour)"
_CALLED = re.compile(
    rf"(?<!of )\b(?:this|the|your|that) {_REALM} (?:is |we(?:'re| are) in (?:is )?)?(?:called|named)\b"
    rf"|\b(?:call|name of) (?:this|the|your|that) {_REALM}\W*(?:of yours\W*|here\W*)?$"
    rf"|\b(?:what|which) {_REALM} (?:is|are|was) (?:this|that|we|i)\b"
    r"|([城镇村岛国港船堡])(?:里|上|子)?(?:是)?叫(?:个|做|作)?(?:什么|啥)"
    r"|(?:哪|什么|啥)(?:座|个|艘)?([城镇村岛国港船堡])(?!里|上)"
)
"""What asks what more than a room is called."""
_SPEAKER = re.compile(r"\b(?:I|me|my|mine|we|us|our)\b|[我俺咱吾]", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:you|your|yours|yourself)\b|[你您]", re.IGNORECASE)
_PROPER = re.compile(r"(?<=[\w,] )[A-Z][a-z]+")


@lru_cache(maxsize=4096)
def kinds_of(line: str) -> frozenset[Kind]:
    """What kinds of answer the line asks for; none where its words don't tell."""
    said = plain(line)
    found = frozenset(kind for kind, pattern in _KINDS if pattern.search(said))
    return found - {"alive"} if asks_of_death(line) else found


@lru_cache(maxsize=4096)
def kinds_told(text: str) -> frozenset[Kind]:
    """What kinds of question a statement may answer, as far as its words tell."""
    return frozenset(kind for kind, pattern in _TOLD if pattern.search(text))


def asks(line: str) -> bool:
    """Whether the line asks for a fact: not whether somebody would do something."""
    said = plain(line).strip()
    if kinds_of(line) or _SEEKS.search(said):
        return True
    return _ASKS.search(said) is not None and _REQUEST.search(said) is None


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """What the text is about: its words without those that any text has; of Chinese what stands between such words."""
    said = plain(text).replace("'s", " ")
    latin = [word for word in re.findall(r"[a-z0-9]+", said) if word not in _FUNCTION_WORDS and len(word) > 1]
    return (*latin, *_HAN.findall(_FUNCTION_ZH.sub(" ", said)))


def without(line: str, keys: Iterable[str]) -> tuple[str, ...]:
    """The words of the line that none of the keys accounts for."""
    said = plain(line)
    for key in sorted(map(plain, keys), key=len, reverse=True):
        said = said.replace(key, " ")
    return words(said)


def asks_why(line: str) -> bool:
    """Whether the line asks for a cause or a purpose."""
    return _WHY.search(line) is not None


def asks_of_death(line: str) -> bool:
    """Whether the line asks how, when, where or why somebody died, and not only whether."""
    return _OF_DEATH.search(plain(line)) is not None


def asks_killer(line: str) -> bool:
    """Whether the line asks who killed somebody, and not who wants that found out."""
    said = plain(line)
    return _KILLER.search(said) is not None and _ORDERS.search(said) is None


def names_asked(line: str) -> str | None:
    """That of which the line asks what it is called, where that is more than a room: `What is this castle called?`
    asks it of a castle."""
    found = _CALLED.search(plain(line))
    return next(filter(None, found.groups())) if found else None


def surveys(line: str) -> bool:
    """Whether the line asks what places there are."""
    return _SURVEYS.search(plain(line)) is not None


def owned(line: str) -> list[str]:
    """What the line calls the player's own, by its words."""
    return [word for groups in _OWN.findall(plain(line)) for word in words(" ".join(groups))]


def asks_belongings(line: str) -> bool:
    """Whether the line asks what somebody owns, and not whose something is."""
    return _BELONGINGS.search(plain(line)) is not None


def is_of_speaker(line: str) -> bool:
    """Whether the line speaks of who says it."""
    return _SPEAKER.search(line) is not None


def addresses(line: str) -> bool:
    """Whether the line speaks of whom it is spoken to."""
    return _ADDRESS.search(line) is not None


def proper_nouns(line: str) -> list[str]:
    """Words that are written with a capital inside a sentence in Latin script."""
    return _PROPER.findall(line)


def parts(line: str) -> list[str]:
    """The questions of a line that asks several, each with its own words, more than one; else the line alone."""
    pieces = [piece.strip() for piece in _PARTING.split(line)]
    asking = [piece for piece in pieces if kinds_of(piece) or _OPENS_QUESTION.search(plain(piece))]
    is_several = len(asking) > 1 and all(" " in piece or _HAN.search(piece) for piece in asking)
    return asking if is_several else [line]


def question_of(line: str) -> str | None:
    """The sentence of a longer line that alone asks something and is understood without the others, if there is one:
    it leaves out nothing, and says what it asks about. `My feet hurt. Where can I sleep?`, not `Who was it?`."""
    said = [sentence.strip() for sentence in sentences(line)]
    asking = [sentence for sentence in said if asks(sentence)]
    if len(said) == 1 or len(asking) != 1 or PRONOUN.search(asking[0]):
        return None
    about = words(asking[0])
    is_clear = len(about) > 1 or any(_HAN.search(word) and len(word) > 1 for word in about)
    return asking[0] if is_clear else None


def subjects(keys: Iterable[str]) -> list[str]:
    """Of the keys of facts those that name something, not those that are questions; the longest first."""
    names = {re.sub(r"^(?:the|a|an) ", "", plain(key)): key for key in keys}
    named = [name for name in names if len(words(name)) == 1 and not kinds_of(name) and not addresses(name)]
    return sorted(named, key=len, reverse=True)
