//! In which encoding a text is written.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes from which an encoding is guessed.
const SAMPLE: usize = 256 * 1024;
/// The characters that half of all running text consists of, simplified, and those that names and heads of tables hold.
const SIMPLIFIED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运姓手机号电话邮箱客户编等级标签备注称呼李刘陈杨黄赵吴周徐孙朱胡郭林何罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余叶杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱付邹熊孟秦伟芳娜敏静丽强磊洋艳勇军杰娟涛超霞刚玲桂英华";
/// The same for traditional text, where it differs.
const TRADITIONAL: &str = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運姓手機號電話郵箱客戶編等級標籤備註稱呼李劉陳楊黃趙吳周徐孫朱胡郭林何羅鄭梁謝宋唐許鄧馮韓曹曾彭蕭蔡潘田董袁余葉杜蘇魏程呂丁沈任姚盧傅鍾姜崔譚廖范汪陸金石戴賈韋夏邱付鄒熊孟秦偉芳娜敏靜麗強磊洋豔勇軍傑娟濤超霞剛玲桂英華";

/// An encoding that tables come in, and go out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TableCharset)]
pub enum Charset {
    /// UTF-8, with a byte mark when written.
    Utf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// GB18030, with GBK and GB2312 in it.
    Gb18030,
    /// Big5.
    Big5,
    /// Windows-1252.
    Western,
}

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Charset::Utf8 => UTF_8,
            Charset::Utf16Le => UTF_16LE,
            Charset::Utf16Be => UTF_16BE,
            Charset::Gb18030 => GB18030,
            Charset::Big5 => BIG5,
            Charset::Western => WINDOWS_1252,
        }
    }

    /// The text, without a byte mark; what cannot be read is `U+FFFD`.
    pub fn decode(self, bytes: &[u8]) -> String {
        self.encoding().decode_with_bom_removal(bytes).0.into_owned()
    }

    /// The bytes of a text that stands behind others. What the encoding does not know becomes `?`.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Charset::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            other => {
                let (bytes, _, unknown) = other.encoding().encode(text);
                if !unknown {
                    return bytes.into_owned();
                }
                let one = |c: char| {
                    let mut place = [0; 4];
                    let (bytes, _, unknown) = other.encoding().encode(c.encode_utf8(&mut place));
                    if unknown { vec![b'?'] } else { bytes.into_owned() }
                };
                text.chars().flat_map(one).collect()
            }
        }
    }

    /// What a file of this encoding begins with.
    pub fn mark(self) -> &'static [u8] {
        match self {
            Charset::Utf8 => b"\xef\xbb\xbf",
            Charset::Utf16Le => b"\xff\xfe",
            Charset::Utf16Be => b"\xfe\xff",
            Charset::Gb18030 | Charset::Big5 | Charset::Western => b"",
        }
    }

    /// The encoding of these bytes, as far as they tell.
    pub fn guess(bytes: &[u8]) -> Charset {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Charset::Utf8;
        }
        if bytes.starts_with(b"\xff\xfe") {
            return Charset::Utf16Le;
        }
        if bytes.starts_with(b"\xfe\xff") {
            return Charset::Utf16Be;
        }
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        if let Some(wide) = wide(sample) {
            return wide;
        }
        if is_utf8(sample) {
            return Charset::Utf8;
        }
        narrow(sample)
    }
}

/// UTF-16 without a byte mark: in a table every delimiter and line end has a zero beside it.
fn wide(sample: &[u8]) -> Option<Charset> {
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = sample.len() / 40 + 1;
    match (even, odd) {
        (0, n) if n >= enough => Some(Charset::Utf16Le),
        (n, 0) if n >= enough => Some(Charset::Utf16Be),
        _ => None,
    }
}

/// A character cut in two by the end of the sample does not count against it.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none() && sample.len() - e.valid_up_to() < 4,
    }
}

/// Between GB18030 and Big5, whose bytes overlap: the one in which the text reads as people write. Where that does not
/// tell, the frequencies of a detector made for web pages do.
fn narrow(sample: &[u8]) -> Charset {
    let score = |charset: Charset, common: &str| {
        let (text, broken) = charset.encoding().decode_without_bom_handling(sample);
        let lost = text.chars().filter(|c| *c == '\u{fffd}').count();
        if broken && lost > 1 {
            return None;
        }
        let han: Vec<char> = text.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c)).collect();
        // Bytes of the other encoding read as rare characters, symbols and letters of other alphabets.
        let strange = text.chars().filter(|c| !c.is_ascii() && !is_usual(*c)).count();
        let known = han.iter().filter(|c| common.contains(**c)).count();
        Some((known as f64 - strange as f64) / (han.len() + strange).max(1) as f64)
    };
    let either = [SIMPLIFIED, TRADITIONAL].map(|common| score(Charset::Gb18030, common));
    let gb = either.into_iter().flatten().reduce(f64::max);
    let big = score(Charset::Big5, TRADITIONAL);
    /// What has to lie between the two to be sure.
    const CLEAR: f64 = 0.08;
    match (gb, big) {
        (Some(g), Some(b)) if g > b + CLEAR => Charset::Gb18030,
        (Some(g), Some(b)) if b > g + CLEAR => Charset::Big5,
        (Some(g), None) if g > 0.0 => Charset::Gb18030,
        (None, Some(b)) if b > 0.0 => Charset::Big5,
        _ => by_frequency(sample),
    }
}

fn is_usual(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{2026}' | '·' | '¥')
}

fn by_frequency(sample: &[u8]) -> Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let found = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    match found.name() {
        "Big5" => Charset::Big5,
        "GBK" | "gb18030" => Charset::Gb18030,
        "UTF-8" => Charset::Utf8,
        _ => Charset::Western,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(&str, Charset); 6] = [
        ("姓名,手机号,备注\n王小明,13800136207,老客户\n李雷,13911112222,要求上午联系\n", Charset::Gb18030),
        ("姓名,電話,備註\n王小明,0912345678,老客戶\n李雷,0922333444,請上午聯絡\n", Charset::Big5),
        ("姓名\n王伟\n", Charset::Gb18030),
        ("客戶編號,等級\n1001,金卡\n1002,銀卡\n", Charset::Big5),
        ("联系人,电话\n张三,010-12345678\n", Charset::Gb18030),
        ("公司名稱,聯絡人\n大同股份有限公司,陳先生\n", Charset::Big5),
    ];

    #[test]
    fn tables_are_read_in_the_encoding_they_were_written_in() {
        for (text, charset) in SAMPLES {
            for written in [charset, Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be] {
                let mut bytes = written.mark().to_vec();
                bytes.extend(written.encode(text));
                assert_eq!(Charset::guess(&bytes), written, "{text}");
                assert_eq!(written.decode(&bytes), text);
            }
            // The same without a byte mark.
            for written in [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be] {
                assert_eq!(Charset::guess(&written.encode(text)), written, "{text}");
            }
        }
    }

    #[test]
    fn what_an_encoding_does_not_know_is_a_question_mark() {
        assert_eq!(Charset::Big5.decode(&Charset::Big5.encode("a😀b")), "a?b");
        assert_eq!(Charset::Gb18030.decode(&Charset::Gb18030.encode("a😀𠀀")), "a😀𠀀");
    }
}
