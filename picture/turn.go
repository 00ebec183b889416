package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation reads how a camera was held (Exif 2.32, tag 0x0112); 1 = upright, also for all that cannot be read.
func orientation(body []byte) int {
	at := 2
	for at+4 <= len(body) && body[at] == 0xff {
		kind, length := body[at+1], int(binary.BigEndian.Uint16(body[at+2:]))
		if kind == 0xda || length < 2 || at+2+length > len(body) {
			return 1
		}
		part := body[at+4 : at+2+length]
		if kind == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return held(part[6:])
		}
		at += 2 + length
	}
	return 1
}

// held reads the first directory of a TIFF.
func held(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range count {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turn brings a picture upright.
func turn(img *image.RGBA, how int) *image.RGBA {
	if how == 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	ow, oh := w, h
	if how >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			tx, ty := place(how, x, y, w, h)
			out.SetRGBA(tx, ty, img.RGBAAt(x, y))
		}
	}
	return out
}

// place is where a pixel goes.
func place(how, x, y, w, h int) (int, int) {
	switch how {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x
}
