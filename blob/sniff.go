package blob

import (
	"bytes"
	"net/http"
	"strings"
)

// Sniff finds a file's type by its first bytes. What a sender says about a file is never believed: a browser that is told image/png and
// gets HTML would run it.
func Sniff(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("OggS")): // WhatsApp's voice messages
		return "audio/ogg"
	case bytes.HasPrefix(body, []byte("#!AMR")):
		return "audio/amr"
	case bytes.HasPrefix(body, []byte("BEGIN:VCARD")):
		return "text/vcard"
	case len(body) > 11 && string(body[4:8]) == "ftyp":
		return brand(string(body[8:11]))
	case len(body) > 1 && body[0] == 0xff && (body[1] == 0xf1 || body[1] == 0xf9):
		return "audio/aac"
	}
	typ := http.DetectContentType(body)
	if strings.HasPrefix(typ, "text/") && active(body) {
		return "text/html"
	}
	return typ
}

// brand tells the kinds of MP4 apart (ISO/IEC 14496-12, file type box).
func brand(major string) string {
	switch major {
	case "M4A", "M4B":
		return "audio/mp4"
	case "3gp", "3g2":
		return "video/3gpp"
	case "avi":
		return "image/avif"
	case "hei", "hev", "mif":
		return "image/heic"
	}
	return "video/mp4"
}

// active finds markup that net/http sees only at the very beginning.
func active(body []byte) bool {
	head := bytes.ToLower(body[:min(len(body), 1024)])
	for _, mark := range []string{"<html", "<script", "<svg", "<body", "<!doctype", "<iframe", "<?xml"} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// Showable says whether a type may be shown within one of our pages; everything else is handed out as a download.
func Showable(typ string) bool {
	switch typ {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/amr", "audio/aac", "audio/wave", "video/mp4", "video/3gpp":
		return true
	}
	return false
}
