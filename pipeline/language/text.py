"""One script, one width, one length: text as the readers of this package look at it (规范化, 字符位置不变)."""

# Traditional characters (繁体) and the simplified ones they stand for, one to one, for the characters that units, numerals
# and dates are made of; a whole document is not converted. After the single-character table of OpenCC (Apache-2.0).
_TRADITIONAL = (
    "乾佈佔來侷係個偉側偵備傢傳債價億儉優內兩冊別則剋創劃劑動務勢區厤叢員問啟單噸噹嚮嚴國圍園圓團堅報場塊壓壟壩夥婦學實將專對導屆層屬峯島峽崗嶺師帳幣幹幾庫廠廣廳張強彆彔後徑從復態憂應戰戶捨捲換揮搖搧摺撐撥"
    "擊擔據擴攝攤數斷於旂昇時晝暢曆曏書會東條棟業榦榮構樁樑樓標樣樹橋機檔檯欄權歐歲歷殺氣汙涼淩測準溝溫滾滿漢灣災為熱燈營牆獎獲環產畝畫當發盃盞監盤盧眾確碼礦禮種稱積穩穫窩筆箇節範簡簽籌籤糞糧糰紀約紅納級組"
    "結統綑經維綱網綵線締編縣縮績織繞繡繫繳續纔纜羣義聯脩腦臨臺與興舉舊舖茲莊莖華萬蓆蓋處號衕衛裏裝裡製複規視親計訓訪設許診註証詐評詞試話誌認說課謂講證識議護譽變豬貝負財貨責貳買貿資賬購贈趕踰車較輕輛輪輸轄"
    "轉辦農迴逕這連週進遊運過達違遠遶邊郵鄉鄰釐針銖銷鋒鋪錄錠錢錦錶鍋鍵鍼鍾鎊鎮鏡鐘鑑鑒長門閉開間閘閤闆關陞陣陸隊階際隱隻雙電韆韓響頁頂頃項須預頓頭頻顆題額類颱飯餅養餘館馬駛騙騾驅驗驟驢體髮鬚鬥魚麵點黨齡齣"
    "龍衞"
)
_SIMPLIFIED = (
    "干布占来局系个伟侧侦备家传债价亿俭优内两册别则克创划剂动务势区历丛员问启单吨当向严国围园圆团坚报场块压垄坝伙妇学实将专对导届层属峰岛峡岗岭师帐币干几库厂广厅张强别录后径从复态忧应战户舍卷换挥摇扇折撑拨"
    "击担据扩摄摊数断于旗升时昼畅历向书会东条栋业干荣构桩梁楼标样树桥机档台栏权欧岁历杀气污凉凌测准沟温滚满汉湾灾为热灯营墙奖获环产亩画当发杯盏监盘卢众确码矿礼种称积稳获窝笔个节范简签筹签粪粮团纪约红纳级组"
    "结统捆经维纲网彩线缔编县缩绩织绕绣系缴续才缆群义联修脑临台与兴举旧铺兹庄茎华万席盖处号同卫里装里制复规视亲计训访设许诊注证诈评词试话志认说课谓讲证识议护誉变猪贝负财货责贰买贸资账购赠赶逾车较轻辆轮输辖"
    "转办农回径这连周进游运过达违远绕边邮乡邻厘针铢销锋铺录锭钱锦表锅键针钟镑镇镜钟鉴鉴长门闭开间闸合板关升阵陆队阶际隐只双电千韩响页顶顷项须预顿头频颗题额类台饭饼养余馆马驶骗骡驱验骤驴体发须斗鱼面点党龄出"
    "龙卫"
)
_SIGNS = {
    "\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
    "−": "-", "‐": "-", "‑": "-", "–": "-", "―": "—", "─": "—", "～": "~", "〜": "~", "∼": "~", "∶": ":", "︰": ":", "﹕": ":",
    "﹪": "%", "٪": "%", "•": "·", "・": "·", "‧": "·", "∙": "·", "﹣": "-", "﹢": "+", "〔": "[", "〕": "]", "［": "[", "］": "]",
    "【": "[", "】": "]", "µ": "μ", "◯": "○", "￥": "¥", "壱": "壹", "弍": "贰", "弐": "贰",
}  # fmt: skip
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII (全角), commas among them
_TABLE |= {ord(a): ord(b) for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
_TABLE |= {ord(a): ord(b) for a, b in _SIGNS.items()}


def plain(text: str) -> str:
    """The text half-width and, where figures need it, in simplified characters; each character keeps its place.

    １２．５％ → 12.5%, 萬畝 → 万亩, － and − → -, ～ → ~. The length never changes, so spans found in the result are
    spans of the original. Line ends stay.
    """
    return text.translate(_TABLE)
