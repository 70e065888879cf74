//! Pictures: decoded and encoded anew, so that what is served is a picture and nothing else: no EXIF, no place where it
//! was taken, no second file hidden behind the first.

use crate::codes;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use kernel::{Error, Result};
use std::io::Cursor;

/// Pixels at the most, known from the header before anything is decoded.
pub const PIXELS_MAX: u64 = 40_000_000;
/// The longer edge of a preview, in pixels.
pub const PREVIEW_EDGE: u32 = 480;
/// Pixels of all frames of a moving picture together.
const FRAME_PIXELS_MAX: u64 = 80_000_000;
/// Frames of a moving picture.
const FRAMES_MAX: usize = 300;
/// Memory that a decoder may take, in bytes.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// Of JPEG, 1 to 100.
const QUALITY: u8 = 88;
/// Of a preview.
const PREVIEW_QUALITY: u8 = 80;

/// A picture encoded anew.
pub struct Cleaned {
    /// The whole picture.
    pub bytes: Vec<u8>,
    /// Its type.
    pub mime: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// A smaller one with its type, where the picture is larger than a preview.
    pub preview: Option<(Vec<u8>, &'static str)>,
}

fn format_of(mime: &str) -> Option<ImageFormat> {
    match mime {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Encodes a picture anew. `None`: it is none of the kinds known here, or it cannot be decoded, and is a file like any
/// other, never shown in place. Errors: `blobs.image_too_large`.
pub fn clean(bytes: &[u8], mime: &str) -> Result<Option<Cleaned>> {
    let Some(format) = format_of(mime) else { return Ok(None) };
    let Ok((w, h)) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions() else {
        return Ok(None);
    };
    if u64::from(w) * u64::from(h) > PIXELS_MAX {
        return Err(Error::new(&codes::IMAGE_TOO_LARGE).detail(format!("{w} × {h} pixels")));
    }
    let Some(picture) = decode(bytes, format) else { return Ok(None) };
    let (width, height) = (picture.width(), picture.height());
    let moving = if format == ImageFormat::Gif { moving(bytes) } else { None };
    let (encoded, mime) = match moving {
        Some(gif) => (gif, "image/gif"),
        None => encode(&picture, format == ImageFormat::Jpeg, QUALITY)?,
    };
    let preview = if width.max(height) > PREVIEW_EDGE {
        Some(encode(
            &picture.thumbnail(PREVIEW_EDGE, PREVIEW_EDGE),
            !picture.color().has_alpha(),
            PREVIEW_QUALITY,
        )?)
    } else {
        None
    };
    Ok(Some(Cleaned { bytes: encoded, mime, width, height, preview }))
}

fn decode(bytes: &[u8], format: ImageFormat) -> Option<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(o) = turned {
        picture.apply_orientation(o);
    }
    Some(picture)
}

fn encode(picture: &DynamicImage, jpeg: bool, quality: u8) -> Result<(Vec<u8>, &'static str)> {
    let failed = |e: image::ImageError| Error::internal("a picture could not be encoded").cause(e);
    let mut out = Cursor::new(vec![]);
    if jpeg {
        let flat = DynamicImage::ImageRgb8(picture.to_rgb8());
        flat.write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality)).map_err(failed)?;
        return Ok((out.into_inner(), "image/jpeg"));
    }
    let eight = DynamicImage::ImageRgba8(picture.to_rgba8());
    eight.write_to(&mut out, ImageFormat::Png).map_err(failed)?;
    Ok((out.into_inner(), "image/png"))
}

/// A moving GIF encoded anew, frame by frame; `None` for one that stands still, or moves beyond the bounds (it is then
/// shown still).
fn moving(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut pixels = 0;
    let mut frames = vec![];
    for frame in GifDecoder::new(Cursor::new(bytes)).ok()?.into_frames() {
        let frame = frame.ok()?;
        pixels += u64::from(frame.buffer().width()) * u64::from(frame.buffer().height());
        if pixels > FRAME_PIXELS_MAX || frames.len() == FRAMES_MAX {
            return None;
        }
        frames.push(frame);
    }
    if frames.len() < 2 {
        return None;
    }
    let mut out = vec![];
    let mut encoder = GifEncoder::new_with_speed(&mut out, 20);
    encoder.set_repeat(Repeat::Infinite).ok()?;
    encoder.encode_frames(frames).ok()?;
    drop(encoder);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(w: u32, h: u32) -> Vec<u8> {
        let mut out = Cursor::new(vec![]);
        DynamicImage::new_rgb8(w, h).write_to(&mut out, ImageFormat::Png).expect("encodes");
        out.into_inner()
    }

    #[test]
    fn a_picture_is_encoded_anew_with_a_preview() {
        let c = clean(&png(1000, 500), "image/png").expect("cleans").expect("a picture");
        assert_eq!((c.width, c.height, c.mime), (1000, 500, "image/png"));
        let (preview, mime) = c.preview.expect("larger than a preview");
        let small = image::load_from_memory(&preview).expect("decodes");
        assert_eq!((small.width(), small.height(), mime), (480, 240, "image/jpeg"));
        assert!(clean(&png(20, 20), "image/png").expect("cleans").expect("a picture").preview.is_none());
    }

    #[test]
    fn what_stands_behind_the_picture_is_gone() {
        let mut bytes = png(4, 4);
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let c = clean(&bytes, "image/png").expect("cleans").expect("a picture");
        assert!(!c.bytes.windows(8).any(|w| w == b"<script>"));
    }

    #[test]
    fn a_flood_of_pixels_is_refused_by_its_header() {
        let mut bytes = png(4, 4);
        // Width and height of the IHDR chunk, then its checksum.
        bytes[16..24].copy_from_slice(&[0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40]);
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        let e = clean(&bytes, "image/png").err().expect("is refused");
        assert_eq!(e.code, &codes::IMAGE_TOO_LARGE);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |mut c, b| {
            c ^= u32::from(*b);
            (0..8).for_each(|_| c = if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 });
            c
        })
    }

    #[test]
    fn a_moving_picture_goes_on_moving() {
        let mut gif = vec![];
        let mut e = GifEncoder::new(&mut gif);
        for _ in 0..3 {
            e.encode_frame(image::Frame::new(image::RgbaImage::new(8, 8))).expect("encodes");
        }
        drop(e);
        let c = clean(&gif, "image/gif").expect("cleans").expect("a picture");
        assert_eq!(c.mime, "image/gif");
        let frames = GifDecoder::new(Cursor::new(&c.bytes)).expect("reads").into_frames().count();
        assert_eq!(frames, 3);
    }
}
