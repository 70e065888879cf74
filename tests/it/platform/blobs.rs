//! Files: durable, checked, private per tenant, served only by their signed address.

use super::get;
use bytes::Bytes;
use kernel::{AggregateKey, TenantId, TenantScope};
use platform::blobs::{BlobHash, record, sign_url, sweep};
use platform::store::Tx;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use testkit::{Engine, TestProgram};

const ONE: TenantId = TenantId(1);

fn program() -> TestProgram {
    TestProgram::new(Engine::Sqlite, |_| {})
}

fn file_of(p: &TestProgram, hash: BlobHash) -> PathBuf {
    let name = hash.to_string();
    p.store.folder().join("blobs/1").join(&name[..2]).join(&name[2..])
}

fn png(w: u32, h: u32) -> Vec<u8> {
    // One grey pixel row after another: the smallest PNG writer there is, with stored deflate blocks.
    let mut raw = vec![];
    for _ in 0..h {
        raw.push(0);
        raw.extend(std::iter::repeat_n(90, w as usize));
    }
    let mut z = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = raw.chunks(65_535).collect();
    for (i, b) in blocks.iter().enumerate() {
        z.push(u8::from(i + 1 == blocks.len()));
        z.extend((b.len() as u16).to_le_bytes());
        z.extend((!(b.len() as u16)).to_le_bytes());
        z.extend(*b);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    z.extend(((b << 16) | a).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&w.to_be_bytes()[..], &h.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    for (kind, body) in [(b"IHDR", &header), (b"IDAT", &z), (b"IEND", &vec![])] {
        out.extend((body.len() as u32).to_be_bytes());
        let part = [&kind[..], body].concat();
        let crc = !part.iter().fold(!0_u32, |c, b| {
            (0..8).fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
        });
        out.extend(&part);
        out.extend(crc.to_be_bytes());
    }
    out
}

#[tokio::test]
async fn what_is_stored_is_checked_when_read() {
    let p = program();
    let blobs = p.app.blobs();
    let a = blobs.put(ONE, Bytes::from_static(b"invoice")).await.expect("stores");
    assert_eq!(blobs.put(ONE, Bytes::from_static(b"invoice")).await.expect("stores"), a);
    let b = blobs.put(TenantId(2), Bytes::from_static(b"invoice")).await.expect("stores");
    assert_ne!(a.hash, b.hash, "one client cannot tell what another has");
    assert_eq!(&blobs.get(ONE, a.hash).await.expect("reads")[..], b"invoice");
    assert_eq!(blobs.get(TenantId(2), a.hash).await.expect_err("is another's").code.code, "blobs.missing");
    std::fs::write(file_of(&p, a.hash), b"Invoice").expect("the disk rots");
    assert_eq!(blobs.get(ONE, a.hash).await.expect_err("is altered").code.code, "blobs.altered");
    blobs.put(ONE, Bytes::from_static(b"invoice")).await.expect("is stored anew");
    assert_eq!(&blobs.get(ONE, a.hash).await.expect("reads")[..], b"invoice");
}

#[tokio::test]
async fn files_without_a_row_go_after_a_day() {
    let p = program();
    let named = p.app.blobs().put(ONE, Bytes::from_static(b"named")).await.expect("stores");
    let orphan = p.app.blobs().put(ONE, Bytes::from_static(b"orphan")).await.expect("stores");
    let young = p.app.blobs().put(ONE, Bytes::from_static(b"young")).await.expect("stores");
    let row = async move |tx: &mut Tx| record(tx, ONE, &named, 5).await;
    p.app.db().write(&TenantScope::tenant(ONE), AggregateKey::new("blob", 1), row).await.expect("writes");
    let part = file_of(&p, orphan.hash).with_file_name("77.1.part");
    std::fs::write(&part, b"half").expect("a crash left it");
    let old = SystemTime::now() - Duration::from_secs(25 * 3600);
    for file in [file_of(&p, named.hash), file_of(&p, orphan.hash), part.clone()] {
        std::fs::File::options().write(true).open(file).and_then(|f| f.set_modified(old)).expect("ages");
    }
    assert_eq!(sweep(&p.app).await.expect("sweeps"), 2);
    assert!(!part.exists() && !file_of(&p, orphan.hash).exists());
    assert!(file_of(&p, named.hash).exists() && file_of(&p, young.hash).exists());
}

#[tokio::test]
async fn pictures_are_shown_and_all_else_is_saved() {
    let mut p = program();
    let page = b"<html><script>alert(1)</script></html>";
    let html = p.app.blobs().accept(ONE, Bytes::from_static(page), "../x<y>.png").await.expect("takes");
    assert_eq!((html.mime, html.name.as_str(), &html.picture), ("text/html", "x_y_.png", &None));
    let photo = p.app.blobs().accept(ONE, png(900, 300).into(), "照片.png").await.expect("takes");
    let picture = photo.picture.expect("is a picture");
    assert_eq!(
        (photo.mime, picture.width, picture.height, picture.preview.is_some()),
        ("image/png", 900, 300, true)
    );
    let until = p.app.now() + 60_000;
    let path = |url: &str| url.strip_prefix("http://files.test").expect("on the files' origin").to_owned();
    let routes = p.routes().files;

    let url = path(&sign_url(&p.app, ONE, photo.blob.hash, "照片.png", photo.mime, until));
    let (status, headers, body) = get(&routes, &url).await;
    assert_eq!((status, &body[1..4]), (200, &b"PNG"[..]));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["content-disposition"], "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.png");

    let url = path(&sign_url(&p.app, ONE, html.blob.hash, "a\"\r\nb.html", html.mime, until));
    let (status, headers, body) = get(&routes, &url).await;
    assert_eq!((status, &body[..]), (200, &page[..]));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''a%22%0D%0Ab.html");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");

    let other = path(&sign_url(&p.app, TenantId(2), html.blob.hash, "x", html.mime, until));
    assert_eq!(get(&routes, &other).await.0, 404);
    assert_eq!(get(&routes, &format!("{url}A")).await.0, 404);
    assert_eq!(get(&routes, "/f/v1/AAAA").await.0, 404);
    p.clock.advance(60_001);
    assert_eq!(get(&routes, &url).await.0, 404);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let p = program();
    let large = Bytes::from(vec![0; platform::blobs::FILE_MAX + 1]);
    assert_eq!(
        p.app.blobs().accept(ONE, large, "x").await.expect_err("too large").code.code,
        "blobs.too_large"
    );
    assert_eq!(p.app.blobs().accept(ONE, Bytes::new(), "").await.expect("takes").name, "file");
}

#[tokio::test]
async fn a_full_disk_refuses_files_and_serves_what_is_there() {
    let Some(disk) = crate::store::SmallDisk::new("2m") else { return };
    let p = program();
    let blobs = platform::blobs::Blobs::new(disk.path(), p.app.secrets().clone());
    let kept = blobs.put(ONE, Bytes::from_static(b"kept")).await.expect("there is room");
    disk.fill();
    let more = Bytes::from(vec![7; 500_000]);
    assert_eq!(blobs.put(ONE, more.clone()).await.expect_err("is full").code.code, "store.full");
    assert_eq!(&blobs.get(ONE, kept.hash).await.expect("reads")[..], b"kept");
    disk.free();
    let stored = blobs.put(ONE, more.clone()).await.expect("there is room again");
    assert_eq!(blobs.get(ONE, stored.hash).await.expect("reads"), more);
}
