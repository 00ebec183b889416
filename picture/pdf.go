package picture

import "bytes"

// mostInPDF is how many pictures of a PDF are looked at: a scan has one a page.
const mostInPDF = 6

// InPDF finds the photos a scanner put into a PDF, as they are (filter DCTDecode, PDF 32000-1, 7.4.8). Others are not looked for.
func InPDF(body []byte) [][]byte {
	var out [][]byte
	for len(out) < mostInPDF {
		at := bytes.Index(body, []byte("stream"))
		if at < 0 {
			return out
		}
		body = bytes.TrimLeft(body[at+len("stream"):], "\r\n")
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			return out
		}
		if Kind(body[:end]) == "jpeg" {
			out = append(out, body[:end])
		}
		body = body[end+len("endstream"):]
	}
	return out
}
