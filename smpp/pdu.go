// Package smpp is our side of SMPP 3.4, the language in which SMS are handed to an operator or an aggregator and taken from one:
// as much of it as texts, receipts and a kept line need.
package smpp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Command is what a PDU asks for or answers (SMPP 3.4, 5.1.2.1).
type Command uint32

// The commands we speak or answer.
const (
	GenericNack         Command = 0x80000000
	SubmitSM            Command = 0x00000004
	SubmitSMResp        Command = 0x80000004
	DeliverSM           Command = 0x00000005
	DeliverSMResp       Command = 0x80000005
	Unbind              Command = 0x00000006
	UnbindResp          Command = 0x80000006
	BindTransceiver     Command = 0x00000009
	BindTransceiverResp Command = 0x80000009
	EnquireLink         Command = 0x00000015
	EnquireLinkResp     Command = 0x80000015
)

// answers says whether a PDU is an answer to one of ours.
func (c Command) answers() bool { return c&0x80000000 != 0 }

// headSize and the longest PDU we take: message_payload may hold 64 KB, no SMS does.
const (
	headSize = 16
	longest  = 16 << 10
)

// PDU is one unit of the protocol; which fields count depends on Command.
type PDU struct {
	Command  Command
	Status   Status
	Sequence uint32

	Bind    Binding // of bind_transceiver
	ID      string  // of answers: system_id of a bind, message_id of a submit
	Message Message // of submit_sm and deliver_sm
}

// Binding is how we present ourselves.
type Binding struct{ SystemID, Password, SystemType string }

// Address is one end of a message, with type of number and numbering plan.
type Address struct {
	TON, NPI byte
	Number   string
}

// Message is the common body of submit_sm and deliver_sm.
type Message struct {
	ServiceType string
	From, To    Address
	Class       byte   // esm_class
	Registered  byte   // registered_delivery
	Validity    string // relative time, "" = the SMSC's own
	Coding      byte   // data_coding
	Body        []byte // short_message or message_payload

	// Of optional parameters; zero = not there.
	Part       Part   // sar_…
	ReceiptOf  string // receipted_message_id
	ReceiptHas byte   // message_state
}

// Optional parameters that are read (SMPP 3.4, 5.3.2).
const (
	tagReceiptedID = 0x001E
	tagPayload     = 0x0424
	tagState       = 0x0427
	tagPartRef     = 0x020C
	tagPartTotal   = 0x020E
	tagPartNumber  = 0x020F
)

// ErrGarbage is a PDU that does not hold together; the stream after it cannot be trusted.
var ErrGarbage = errors.New("smpp: not a PDU")

// ReadPDU takes one from a stream. An error other than ErrGarbage is the stream's own.
func ReadPDU(r io.Reader) (PDU, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return PDU{}, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < headSize || n > longest {
		return PDU{}, fmt.Errorf("%w: length %d", ErrGarbage, n)
	}
	raw := make([]byte, n)
	copy(raw, size[:])
	if _, err := io.ReadFull(r, raw[4:]); err != nil {
		return PDU{}, err
	}
	return Decode(raw)
}

// Decode reads one whole PDU. The head is filled also when the body is garbage, so that it can be refused by its number.
func Decode(raw []byte) (PDU, error) {
	if len(raw) < headSize || int(binary.BigEndian.Uint32(raw)) != len(raw) {
		return PDU{}, fmt.Errorf("%w: length", ErrGarbage)
	}
	p := PDU{
		Command:  Command(binary.BigEndian.Uint32(raw[4:])),
		Status:   Status(binary.BigEndian.Uint32(raw[8:])),
		Sequence: binary.BigEndian.Uint32(raw[12:]),
	}
	b := body{rest: raw[headSize:]}
	switch p.Command {
	case BindTransceiver:
		p.Bind = Binding{b.text(16), b.text(9), b.text(13)}
		b.skip(3)
		b.text(41)
	case BindTransceiverResp, SubmitSMResp, DeliverSMResp:
		if len(b.rest) > 0 { // an answer that refuses may have no body
			p.ID = b.text(65)
		}
	case SubmitSM, DeliverSM:
		p.Message = b.message()
	}
	if b.bad {
		return p, fmt.Errorf("%w: body of %#x", ErrGarbage, uint32(p.Command))
	}
	return p, nil
}

// Append writes a PDU behind what is in b.
func (p PDU) Append(b []byte) []byte {
	at := len(b)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(p.Command))
	b = binary.BigEndian.AppendUint32(b, uint32(p.Status))
	b = binary.BigEndian.AppendUint32(b, p.Sequence)
	switch p.Command {
	case BindTransceiver:
		b = text(b, p.Bind.SystemID, 15)
		b = text(b, p.Bind.Password, 8)
		b = text(b, p.Bind.SystemType, 12)
		b = append(b, 0x34, 0, 0, 0) // version, and no range of addresses of our own
	case BindTransceiverResp, SubmitSMResp, DeliverSMResp:
		if p.Status == OK || p.ID != "" {
			b = text(b, p.ID, 64)
		}
	case SubmitSM, DeliverSM:
		b = p.Message.append(b)
	}
	binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at))
	return b
}

// text appends a C-octet string of at most most bytes.
func text(b []byte, s string, most int) []byte {
	if at := bytes.IndexByte([]byte(s), 0); at >= 0 {
		s = s[:at]
	}
	return append(append(b, s[:min(len(s), most)]...), 0)
}

func (m Message) append(b []byte) []byte {
	b = text(b, m.ServiceType, 5)
	for _, a := range []Address{m.From, m.To} {
		b = text(append(b, a.TON, a.NPI), a.Number, 20)
	}
	b = append(b, m.Class, 0, 0)
	b = text(b, "", 16) // schedule_delivery_time: at once
	b = text(b, m.Validity, 16)
	b = append(b, m.Registered, 0, m.Coding, 0)
	if len(m.Body) > 254 {
		b = append(b, 0)
		b = option(b, tagPayload, m.Body)
	} else {
		b = append(append(b, byte(len(m.Body))), m.Body...)
	}
	if m.Part.Total > 1 {
		b = option(b, tagPartRef, binary.BigEndian.AppendUint16(nil, m.Part.Ref))
		b = option(b, tagPartTotal, []byte{m.Part.Total})
		b = option(b, tagPartNumber, []byte{m.Part.Number})
	}
	if m.ReceiptOf != "" {
		b = option(b, tagReceiptedID, append([]byte(m.ReceiptOf), 0))
	}
	if m.ReceiptHas != 0 {
		b = option(b, tagState, []byte{m.ReceiptHas})
	}
	return b
}

func option(b []byte, tag uint16, value []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, tag)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}

// body reads the mandatory fields in their order and remembers if one was not there.
type body struct {
	rest []byte
	bad  bool
}

func (b *body) fail() { b.bad, b.rest = true, nil }

// text reads a C-octet string of at most most bytes, its end included.
func (b *body) text(most int) string {
	at := bytes.IndexByte(b.rest[:min(len(b.rest), most)], 0)
	if at < 0 {
		b.fail()
		return ""
	}
	s := string(b.rest[:at])
	b.rest = b.rest[at+1:]
	return s
}

func (b *body) octet() byte {
	if len(b.rest) == 0 {
		b.fail()
		return 0
	}
	v := b.rest[0]
	b.rest = b.rest[1:]
	return v
}

func (b *body) skip(n int) {
	for range n {
		b.octet()
	}
}

func (b *body) take(n int) []byte {
	if n > len(b.rest) {
		b.fail()
		return nil
	}
	v := b.rest[:n]
	b.rest = b.rest[n:]
	return v
}

func (b *body) message() Message {
	var m Message
	m.ServiceType = b.text(6)
	m.From = Address{b.octet(), b.octet(), b.text(21)}
	m.To = Address{b.octet(), b.octet(), b.text(21)}
	m.Class = b.octet()
	b.skip(2)
	b.text(17)
	m.Validity = b.text(17)
	m.Registered = b.octet()
	b.skip(1)
	m.Coding = b.octet()
	b.skip(1)
	m.Body = bytes.Clone(b.take(int(b.octet())))
	for len(b.rest) > 0 && !b.bad {
		m.option(b)
	}
	return m
}

// option reads one optional parameter; those we do not know are passed over.
func (m *Message) option(b *body) {
	head := b.take(4)
	if b.bad {
		return
	}
	tag, value := binary.BigEndian.Uint16(head), b.take(int(binary.BigEndian.Uint16(head[2:])))
	switch {
	case b.bad:
	case tag == tagPayload:
		m.Body = bytes.Clone(value)
	case tag == tagReceiptedID:
		m.ReceiptOf = string(bytes.TrimRight(value, "\x00"))
	case tag == tagState && len(value) == 1:
		m.ReceiptHas = value[0]
	case tag == tagPartRef && len(value) == 2:
		m.Part.Ref = binary.BigEndian.Uint16(value)
	case tag == tagPartTotal && len(value) == 1:
		m.Part.Total = value[0]
	case tag == tagPartNumber && len(value) == 1:
		m.Part.Number = value[0]
	}
}
