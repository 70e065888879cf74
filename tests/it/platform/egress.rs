//! Nothing private is called, in whatever spelling, and nothing is connected to in the attempt.

use futures_util::future::BoxFuture;
use http::{HeaderName, StatusCode};
use platform::egress::{Allow, Call, Egress, Resolve, is_public};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that counts its connections and answers with a given text.
struct Counting {
    port: u16,
    connections: Arc<AtomicUsize>,
}

async fn counting(address: &str, answer: &'static [u8]) -> Counting {
    let listener = TcpListener::bind((address, 0)).await.expect("binds");
    let port = listener.local_addr().expect("has a port").port();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            seen.fetch_add(1, SeqCst);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = socket.read(&mut head).await;
                let _ = socket.write_all(answer).await;
            });
        }
    });
    Counting { port, connections }
}

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
const MOVED: &[u8] =
    b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Answers with the next list of addresses at each question.
struct Scripted {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Resolve for Scripted {
    fn resolve(&self, _: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let n = self.asked.fetch_add(1, SeqCst).min(self.answers.len() - 1);
        let answer = self.answers[n].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn scripted(answers: &[&[&str]]) -> Arc<Scripted> {
    let answers =
        answers.iter().map(|a| a.iter().map(|ip| ip.parse().expect("an address")).collect()).collect();
    Arc::new(Scripted { answers, asked: AtomicUsize::new(0) })
}

fn quick(url: String) -> Call {
    Call::get(url).time(Duration::from_secs(5))
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let v4 = counting("0.0.0.0", HELLO).await;
    let v6 = counting("::1", HELLO).await;
    let egress = Egress::new(&[]);
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "10.0.0.1",
        "10.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "3232235777",
        "169.254.169.254",
        "0xa9fea9fe",
        "100.64.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::1]",
        "[fc00::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
    ];
    for host in hosts {
        for port in [v4.port, v6.port] {
            let e = egress.send(quick(format!("http://{host}:{port}/"))).await.expect_err(host);
            // Whether a name with a dot at its end is known at all is the resolver's affair.
            let unknown = host == "localhost." && e.code.code == "egress.failed";
            assert!(unknown || e.code.code == "egress.refused", "{host}: {e}");
        }
    }
    for url in [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "http://",
        "x",
        "http://a:b@example.org/",
    ] {
        assert_eq!(egress.send(quick(url.into())).await.expect_err(url).code.code, "egress.refused");
    }
    assert_eq!((v4.connections.load(SeqCst), v6.connections.load(SeqCst)), (0, 0));
}

#[tokio::test]
async fn names_that_lead_inside_are_refused_though_one_address_is_public() {
    let server = counting("127.0.0.1", HELLO).await;
    let private: [&[&str]; 6] = [
        &["127.0.0.1"],
        &["8.8.8.8", "127.0.0.1"],
        &["127.0.0.1", "8.8.8.8"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &[],
    ];
    for answer in private {
        let egress = Egress::with_resolver(&[], scripted(&[answer]));
        let url = format!("http://127.0.0.1.nip.example:{}/", server.port);
        assert_eq!(
            egress.send(quick(url)).await.expect_err("leads inside").code.code,
            "egress.refused",
            "{answer:?}"
        );
    }
    assert_eq!(server.connections.load(SeqCst), 0);
}

/// The first answer is judged and used; a second, private one is never asked for by the same connection, and is judged
/// itself when the next connection asks.
#[tokio::test]
async fn a_name_that_changes_its_mind_gets_nowhere() {
    let server = counting("127.0.0.1", HELLO).await;
    // 240/4 stands for "public" here: nothing answers there, and it is opened by hand.
    let allow = ["240.0.0.0/4".parse::<Allow>().expect("a network")];
    let resolver = scripted(&[&["240.0.0.1"], &["127.0.0.1"]]);
    let egress = Egress::with_resolver(&allow, resolver.clone());
    let url = format!("http://rebind.example:{}/", server.port);
    let first =
        egress.send(quick(url.clone()).time(Duration::from_millis(500))).await.expect_err("nothing is there");
    assert_eq!(first.code.code, "egress.failed");
    assert_eq!(resolver.asked.load(SeqCst), 1);
    let second = egress.send(quick(url)).await.expect_err("is private now");
    assert_eq!(second.code.code, "egress.refused");
    assert_eq!(server.connections.load(SeqCst), 0);
}

#[tokio::test]
async fn what_an_administrator_opened_is_called_within_bounds() {
    let server = counting("127.0.0.1", HELLO).await;
    let by_network = Egress::new(&["127.0.0.0/8".parse().expect("a network")]);
    let url = format!("http://127.0.0.1:{}/", server.port);
    let call = Call::post(url.clone(), "body").header(HeaderName::from_static("x-test"), "1");
    let reply = by_network.send(call).await.expect("is opened");
    assert_eq!((reply.status, &reply.body[..]), (StatusCode::OK, &b"hello"[..]));
    let small = by_network.send(quick(url.clone()).answer_max(4)).await.expect_err("is larger");
    assert_eq!(small.code.code, "egress.too_large");
    let by_name = Egress::new(&[format!("localhost:{}", server.port).parse().expect("host and port")]);
    by_name.send(quick(format!("http://localhost:{}/", server.port))).await.expect("is opened");
    let other = by_name.send(quick(format!("http://localhost:{}/", server.port ^ 1))).await;
    assert_eq!(other.expect_err("another port").code.code, "egress.refused");
    assert_eq!(by_name.send(quick(url)).await.expect_err("another name").code.code, "egress.refused");
    let moved = counting("127.0.0.1", MOVED).await;
    let reply = by_network.send(quick(format!("http://127.0.0.1:{}/", moved.port))).await.expect("answers");
    assert_eq!((reply.status, moved.connections.load(SeqCst)), (StatusCode::FOUND, 1));
}

#[test]
fn public_is_what_is_routed_on_the_internet() {
    for ip in [
        "8.8.8.8",
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "2400:3200::1",
    ] {
        assert!(is_public(ip.parse().expect("an address")), "{ip}");
    }
    // Every first octet by its edges: nothing of 224–255, 0, 10, 127 passes.
    for first in [0, 10, 127].into_iter().chain(224..=255) {
        for rest in [[0, 0, 0], [0, 0, 1], [255, 255, 255]] {
            assert!(!is_public(IpAddr::V4(Ipv4Addr::new(first, rest[0], rest[1], rest[2]))));
        }
    }
    assert!(
        "10.0.0.0/33".parse::<Allow>().is_err()
            && "x".parse::<Allow>().is_err()
            && ":80".parse::<Allow>().is_err()
    );
}
