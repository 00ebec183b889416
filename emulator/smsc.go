package emulator

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// smsc is a small SMS centre on SMPP 3.4: a program binds as transceiver, hands texts to toy phones, and gets those that the phones
// send. It knows what a test or a demo needs of the protocol, and nothing else.
type smsc struct {
	s        *Server
	listener net.Listener

	mu    sync.Mutex
	lines []*smsLine          // bound, the newest last
	long  map[string][]string // pieces of long texts that are not whole yet
	order []string            // the same, the oldest first
}

// ServeSMPP answers SMPP on a listener until Close. Options.SMSLogin and SMSPassword say who may bind.
func (s *Server) ServeSMPP(l net.Listener) {
	c := &smsc{s: s, listener: l, long: map[string][]string{}}
	s.smsc.Store(c)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go (&smsLine{c: c, conn: conn, waiting: map[uint32]chan uint32{}}).serve()
		}
	}()
}

func (c *smsc) close() {
	_ = c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lines {
		_ = l.conn.Close()
	}
}

// smsLine is one program's connection.
type smsLine struct {
	c    *smsc
	conn net.Conn

	mu      sync.Mutex
	seq     uint32
	waiting map[uint32]chan uint32 // deliver_sm → the status it is answered with
}

// What is spoken of SMPP (3.4, 5.1.2.1 and 5.1.3).
const (
	smppNack, smppSubmit, smppDeliver, smppUnbind           = 0x80000000, 0x04, 0x05, 0x06
	smppReceiver, smppTransmitter, smppTransceiver, smppAsk = 0x01, 0x02, 0x09, 0x15
	smppAnswer                                              = 0x80000000
	smppWrongCommand, smppWrongPassword, smppWrongTarget    = 0x03, 0x0E, 0x0B
	smppLongest                                             = 16 << 10
	smppPatience                                            = 10 * time.Second
)

func (l *smsLine) serve() {
	defer l.leave()
	for {
		var head [16]byte
		if _, err := io.ReadFull(l.conn, head[:]); err != nil {
			return
		}
		size := binary.BigEndian.Uint32(head[:])
		if size < 16 || size > smppLongest {
			return
		}
		body := make([]byte, size-16)
		if _, err := io.ReadFull(l.conn, body); err != nil {
			return
		}
		command, status, seq := binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:])
		switch command {
		case smppReceiver, smppTransmitter, smppTransceiver:
			if !l.bind(command, seq, body) {
				return
			}
		case smppSubmit:
			l.submitted(seq, body)
		case smppDeliver | smppAnswer:
			l.mu.Lock()
			wait := l.waiting[seq]
			delete(l.waiting, seq)
			l.mu.Unlock()
			if wait != nil {
				wait <- status
			}
		case smppAsk:
			l.send(smppAsk|smppAnswer, 0, seq, nil)
		case smppUnbind:
			l.send(smppUnbind|smppAnswer, 0, seq, nil)
			return
		default:
			if command&smppAnswer == 0 {
				l.send(smppNack, smppWrongCommand, seq, nil)
			}
		}
	}
}

func (l *smsLine) leave() {
	_ = l.conn.Close()
	l.c.mu.Lock()
	for i, x := range l.c.lines {
		if x == l {
			l.c.lines = append(l.c.lines[:i:i], l.c.lines[i+1:]...)
			break
		}
	}
	l.c.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, wait := range l.waiting {
		close(wait)
	}
	l.waiting = map[uint32]chan uint32{}
}

func (l *smsLine) send(command, status, seq uint32, body []byte) bool {
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(body)))
	for _, v := range []uint32{command, status, seq} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(smppPatience))
	_, err := l.conn.Write(append(b, body...))
	return err == nil
}

func (l *smsLine) bind(command, seq uint32, body []byte) bool {
	r := smsFields{rest: body}
	login, password := r.text(), r.text()
	if login != l.c.s.o.SMSLogin || password != l.c.s.o.SMSPassword {
		l.send(command|smppAnswer, smppWrongPassword, seq, nil)
		return false
	}
	l.c.mu.Lock()
	l.c.lines = append(l.c.lines, l)
	l.c.mu.Unlock()
	return l.send(command|smppAnswer, 0, seq, []byte("toyphones\x00"))
}

// smsFields reads the fields of a body in their order.
type smsFields struct {
	rest []byte
	bad  bool
}

func (r *smsFields) text() string {
	at := bytes.IndexByte(r.rest, 0)
	if at < 0 {
		r.bad, r.rest = true, nil
		return ""
	}
	s := string(r.rest[:at])
	r.rest = r.rest[at+1:]
	return s
}

func (r *smsFields) octet() byte {
	if len(r.rest) == 0 {
		r.bad = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

// submitted takes a text for a toy phone.
func (l *smsLine) submitted(seq uint32, body []byte) {
	r := smsFields{rest: body}
	r.text()
	r.octet()
	r.octet()
	from := r.text()
	r.octet()
	r.octet()
	to := r.text()
	class := r.octet()
	r.octet()
	r.octet()
	r.text()
	r.text()
	registered := r.octet()
	r.octet()
	coding := r.octet()
	r.octet()
	size := int(r.octet())
	if r.bad || size > len(r.rest) || strings.Trim(to, "0123456789") != "" || to == "" {
		l.send(smppSubmit|smppAnswer, smppWrongTarget, seq, nil)
		return
	}
	id := "sms_" + l.c.s.ids.letters(12)
	if !l.send(smppSubmit|smppAnswer, 0, seq, append([]byte(id), 0)) {
		return
	}
	text, whole := l.c.join(from, to, class, coding, r.rest[:size])
	if whole {
		l.c.s.smsArrived(id, from, to, text)
	}
	if registered&1 != 0 {
		l.deliver(to, from, 0x04, "id:"+id+" sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:", nil)
	}
}

// join decodes a text and puts long ones together; pieces come in any order.
func (c *smsc) join(from, to string, class, coding byte, raw []byte) (string, bool) {
	if class&0x40 == 0 || len(raw) < 6 || raw[0] != 5 || raw[1] != 0 {
		return smsDecode(coding, raw), true
	}
	ref, total, number := raw[3], int(raw[4]), int(raw[5])
	text := smsDecode(coding, raw[6:])
	if total < 2 || number < 1 || number > total {
		return text, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := from + "\x00" + to + "\x00" + string(rune(ref)) + "\x00" + itoa(total)
	if c.long[key] == nil {
		if len(c.order) >= 1000 {
			delete(c.long, c.order[0])
			c.order = c.order[1:]
		}
		c.long[key], c.order = make([]string, total), append(c.order, key)
	}
	c.long[key][number-1] = text
	for _, piece := range c.long[key] {
		if piece == "" {
			return "", false
		}
	}
	whole := strings.Join(c.long[key], "")
	delete(c.long, key)
	return whole, true
}

// smsArrived shows a text on the toy phone.
func (s *Server) smsArrived(id, from, to, text string) {
	p := s.people.meet(to)
	s.touch(p)
	if strings.Trim(from, "0123456789") == "" && len(from) > 6 {
		from = "+" + from
	}
	p.mu.Lock()
	p.add(&bubble{ID: id, From: "business", Number: from, Type: "sms", Text: text, At: s.clock.Now().UTC(), Status: "delivered"})
	p.mu.Unlock()
	s.story("smsin", nameOf(p), from, clip(text, 60))
}

var errNoLine = errors.New("sms: nobody is bound")

// bring hands a text of a toy phone to whoever is bound, and says whether it was taken.
func (c *smsc) bring(from, to, text string) error {
	c.mu.Lock()
	var l *smsLine
	if len(c.lines) > 0 {
		l = c.lines[len(c.lines)-1]
	}
	c.mu.Unlock()
	if l == nil {
		return errNoLine
	}
	units := utf16.Encode([]rune(text))
	const piece = 67
	if len(units) <= 70 {
		return l.deliverWait(from, to, 0, smsUnits(units))
	}
	ref, total := byte(c.s.clock.Now().UnixNano()), (len(units)+piece-1)/piece
	for i := range total {
		head := []byte{5, 0, 3, ref, byte(total), byte(i + 1)}
		if err := l.deliverWait(from, to, 0x40, append(head, smsUnits(units[i*piece:min(len(units), (i+1)*piece)])...)); err != nil {
			return err
		}
	}
	return nil
}

func (l *smsLine) deliverWait(from, to string, class byte, body []byte) error {
	wait := make(chan uint32, 1)
	if !l.deliver(from, to, class, "", append([]byte{8}, body...), wait) {
		return errNoLine
	}
	select {
	case status, ok := <-wait:
		if !ok || status != 0 {
			return errors.New("sms: not taken")
		}
		return nil
	case <-time.After(smppPatience):
		return errors.New("sms: no answer")
	}
}

// deliver writes a deliver_sm; coded is the coding and the octets, or nil for plain text.
func (l *smsLine) deliver(from, to string, class byte, plain string, coded []byte, wait ...chan uint32) bool {
	if coded == nil {
		coded = append([]byte{0}, plain...)
	}
	body := append([]byte{0, 1, 1}, strings.TrimPrefix(from, "+")...)
	body = append(append(body, 0, 1, 1), strings.TrimPrefix(to, "+")...)
	body = append(body, 0, class, 0, 0, 0, 0, 0, 0, coded[0], 0, byte(len(coded)-1))
	l.mu.Lock()
	l.seq++
	seq := l.seq
	if len(wait) > 0 {
		l.waiting[seq] = wait[0]
	}
	l.mu.Unlock()
	return l.send(smppDeliver, 0, seq, append(body, coded[1:]...))
}

func smsUnits(units []uint16) []byte {
	var out []byte
	for _, u := range units {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// smsAlphabet is GSM 03.38 (3GPP TS 23.038, 6.2.1); 0x1B leads to smsMore.
var smsAlphabet = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")

var smsMore = map[byte]rune{0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€'}

func smsDecode(coding byte, raw []byte) string {
	if coding == 8 {
		var units []uint16
		for i := 0; i+1 < len(raw); i += 2 {
			units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
		}
		return string(utf16.Decode(units))
	}
	var out []rune
	more := false
	for _, b := range raw {
		switch b &= 0x7F; {
		case more:
			if r, ok := smsMore[b]; ok {
				out = append(out, r)
			} else {
				out = append(out, smsAlphabet[b])
			}
			more = false
		case b == 0x1B:
			more = true
		default:
			out = append(out, smsAlphabet[b])
		}
	}
	return string(out)
}
