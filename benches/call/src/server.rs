//! A server that sends one of two prepared responses at once. It checks nothing: its cost is not
//! measured.

use super::Failure;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// Serves until the process is killed.
pub(crate) fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let (empty, fifty) = (response(0), response(50));
    std::thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            // A closed connection ends its thread.
            scope.spawn(|| drop(converse(stream, &empty, &fifty)));
        }
    });
    Ok(())
}

/// Serves the requests of one connection. No request has a body.
fn converse(mut stream: TcpStream, empty: &[u8], fifty: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..read]);
        if request.ends_with(b"\r\n\r\n") {
            let wants_fifty = request.windows(14).any(|text| text == b"MaxResults=50&");
            stream.write_all(if wants_fifty { fifty } else { empty })?;
            request.clear();
        }
    }
}

/// Returns a page of packages with ten texts each, of which two have escapes.
fn response(packages: usize) -> Vec<u8> {
    const PACKAGE: &str = r#"{"TemplateId":"t-087b1e11072a40259f6f","TemplateName":"ACS-ECS-Docker-for-linux","TemplateVersion":"v3","TemplateVersionName":"Docker 24.0","TemplateCategory":"Package","UpdateTime":"2024-05-04T11:17:28Z","Description":"Runs containers\non the instance","Publisher":"Alibaba Cloud","Parameters":"{}","ConfigurationInfo":"{\"url\":\"https://example.com:8888\",\"username\":\"user\"}"}"#;
    let packages = vec![PACKAGE; packages].join(",");
    let body = format!(
        r#"{{"RequestId":"1306108F-610C-40FD-AAD5-9DA7F1D07A13","MaxResults":"50","NextToken":"","PackageStates":[{packages}]}}"#
    );
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ndate: Sat, 14 Mar 2026 15:09:26 GMT\r\ncontent-type: application/json;charset=utf-8\r\ncontent-length: {length}\r\nconnection: keep-alive\r\naccess-control-allow-origin: *\r\nx-acs-request-id: 1306108F-610C-40FD-AAD5-9DA7F1D07A13\r\nx-acs-trace-id: 6a1c2f0d9b7e4c5d\r\n\r\n{body}"
    )
    .into_bytes()
}
