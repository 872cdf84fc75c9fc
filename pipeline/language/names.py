"""Names of places and bodies (地名、机构名) as official prose writes them, as far as their endings show."""

from __future__ import annotations

import re

# Two to four characters before 镇, 乡, 村 …; words that are no names end so as well (全镇, 城镇, 乡村, 行政村) and are sorted out.
_PLACE = re.compile(
    r"(?<![一-鿿])?([一-鿿]{2,3}?)(街道|社区|苏木|嘎查|镇|乡|村|县|旗)(?![一-鿿]{0,1}(?:级|域|容|貌|集体|民|官|务|办|委|里|内|企|史|情|属|直|部|组|干|财|居))"
)
_COMMON = re.compile(
    r"[全我本各该城乡集古小市建县区农镇村社园片景地山库灾林街居厂业发范老新心进到入联帮包下返回家们个两三几一二四五六七八九十年户美丽政贫困重点边远郊夜商为向对与和及由把让使跨型强名特色示优上动广了活立来在属辖驻"
    r"]$|^(?:行政|自然|示范|试点|重点|美丽|和美|文明|特色|先进|中心|移民|安置|贫困|薄弱|经济|全部|部分|涉及|所有|辖区|其他|多个|各个|整治|创建|验收|农业|工业|旅游|特产|建设|乡镇|城中|城郊)"
)
_JOINING = re.compile(r"^[和的与及在到从对由为向将让使被把以是经至]+")


def place_names(text: str) -> tuple[str, ...]:
    """Names of towns, villages, counties … in a text, in order. Errs on the side of naming too few."""
    found = ((_JOINING.sub("", m[1]), m[2]) for m in _PLACE.finditer(text) if not _COMMON.search(m[1]))
    return tuple(name + ending for name, ending in found if name)
