"""Chinese word by word in English, so that an encoder that only learnt English can read it; Traditional characters as Simplified.

No translation: words of the domain are looked up, longest first, digits and Latin letters stay, and the rest falls away.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ModelFailed

TRADITIONAL = (
    "務务關关總总國国華华產产業业貿贸經经濟济許许證证審审請请報报導导發发佈布實实單单體体設设備备術术類类項项團团員员會会議议協协約约簽签長长門门間间開开閉闭問问聞闻"
    "閱阅際际陸陆陽阳險险隨随難难離离電电頁页順顺須须預预領领頭头題题額额顯显風风飛飞餘余駁驳騙骗驗验體体鋰锂鈷钴鎳镍鎂镁鉭钽鈮铌銅铜銀银鎵镓鍺锗銻锑鎢钨"
    "鉍铋鉬钼銦铟鑭镧鈰铈鐠镨釹钕釤钐銪铕釓钆鋱铽鏑镝鈥钬鉺铒銩铥鐿镱鑥镥鈧钪釔钇鐵铁鋼钢鋁铝礦矿採采購购買买賣卖費费資资質质貨货貸贷賠赔賴赖贊赞贈赠"
    "車车軍军輸输轉转輕轻載载較较輪轮軟软農农運运過过達达違违遠远適适選选遷迁還还進进連连週周遞递遲迟邊边鄰邻醫医釋释針针鎖锁錄录錯错鏈链鍊链"
    "規规視视覺觉觀观計计訂订訊讯訓训記记訪访設设評评詢询試试話话該该詳详認认語语誤误說说説说課课調调談谈論论諾诺謀谋講讲謝谢證证識识譯译讓让變变"
    "財财責责貴贵貝贝負负販贩貫贯貼贴賓宾賞赏賽赛趨趋跡迹蹤踪輔辅辦办辯辩敘叙數数敵敌斷断條条來来東东樂乐標标樣样機机檢检權权歐欧歸归歷历殺杀"
    "決决沒没況况涉涉減减測测湯汤滅灭滯滞漲涨潛潜澤泽濃浓灣湾無无營营爭争爲为為为狀状獎奖獨独獲获獻献現现環环當当畫画異异療疗盜盗監监盤盘碼码確确禁禁"
    "稅税稱称種种積积穩稳穫获競竞筆笔節节範范築筑簡简籌筹籤签糧粮紀纪紅红納纳純纯級级細细終终組组結结給给統统絕绝維维網网緊紧線线緩缓編编練练縮缩績绩繼继續续"
    "罰罚聯联聲声職职聽听肅肃腦脑與与興兴舉举舊旧藥药處处號号衆众補补裝装製制複复誌志億亿萬万個个們们價价傳传債债傷伤僅仅優优儘尽償偿儲储兩两內内冊册凍冻"
    "創创劃划劇剧劑剂勞劳動动勢势勵励匯汇區区參参雙双喪丧嚴严園园圍围圖图執执場场塊块壓压壞坏壽寿夠够夾夹奪夺奮奋婦妇媽妈孫孙學学宮宫寧宁寫写寬宽將将專专尋寻對对"
    "屆届屬属島岛峽峡嶺岭帳帐帶带幣币幫帮廠厂廣广廢废廳厅張张強强彈弹後后從从復复徵征應应態态慮虑憂忧戰战戲戏戶户拋抛掃扫掛挂換换據据擔担擁拥擊击擴扩擾扰攜携"
    "敗败啟启於于時时曉晓書书暫暂朮术極极構构槍枪橋桥欄栏歡欢氣气滿满濱滨災灾烏乌煉炼燒烧熱热爐炉牽牵猶犹瑪玛瓊琼畢毕發发盡尽眾众矯矫磚砖禮礼禦御籲吁"
    "紐纽紛纷紙纸緬缅縣县繳缴罷罢習习肯肯脫脱膠胶臺台艙舱艦舰蓋盖蘇苏蘭兰衝冲裡里襲袭覽览觸触訴诉詞词誇夸誰谁諮咨讀读豐丰貢贡貶贬賀贺賬账贏赢趙赵軸轴"
    "辭辞遊游遙遥郵邮鄭郑鈔钞鈦钛鋪铺鋯锆錳锰鍵键鎮镇鑒鉴鑑鉴閃闪閣阁闆板闢辟隊队階阶隱隐雜杂雖虽雲云霧雾靜静韓韩響响頂顶頓顿頗颇頻频顆颗願愿顧顾饋馈駐驻驅驱髮发魚鱼"
    "鮮鲜鹽盐麗丽麥麦點点黨党齊齐龍龙羅罗維维聞闻莊庄葉叶漢汉潤润濾滤磁磁鏟铲鑽钻鉗钳鉛铅錫锡鋅锌鉻铬鉑铂鈀钯釩钒矽硅晶晶圓圆伺伺"
)
SIMPLE = str.maketrans({TRADITIONAL[i]: TRADITIONAL[i + 1] for i in range(0, len(TRADITIONAL), 2)})
KEPT = re.compile(r"[0-9]+(?:\.[0-9]+)?%?|[A-Za-z][A-Za-z&.-]*")
MARKS = str.maketrans("，。；：！？、（）“”「」《》", ',.;:!?,()""""""')


def simplified(text: str) -> str:
    """Traditional characters as Simplified, one for one: offsets stay."""
    return text.translate(SIMPLE)


@dataclass(frozen=True)
class Gloss:
    """`words` maps Chinese to English."""

    words: dict[str, str]
    longest: int

    @classmethod
    def read(cls, path: Path) -> "Gloss":
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        if wrong := next((row for row in rows if len(row) != 2), None):
            raise ModelFailed(f"{path}: the row {wrong} is not a Chinese word, a tab and its English")
        words = {simplified(chinese): english for chinese, english in rows}
        return cls(words, max(map(len, words)))

    def english(self, text: str) -> str:
        plain, out, at = simplified(text), [], 0
        while at < len(plain):
            kept = KEPT.match(plain, at)
            if kept:
                out.append(kept[0])
                at = kept.end()
                continue
            size = next((n for n in range(min(self.longest, len(plain) - at), 0, -1) if plain[at : at + n] in self.words), 0)
            if size:
                out.append(self.words[plain[at : at + size]])
            elif plain[at] in "，。；：！？、（）“”「」《》":
                out.append(plain[at].translate(MARKS))
            at += size or 1
        return " ".join(out)
