package web

import "jawort/qr"

// code is a QR code as an SVG path.
type code struct {
	path string
	size int // modules with the border
}

func qrCode(text string) (code, error) {
	c, err := qr.Screen(text)
	if err != nil {
		return code{}, err
	}
	return code{c.Path(), c.Size()}, nil
}
