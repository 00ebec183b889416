package emulator

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// smsClient is a program on the other side of the SMS centre, octet by octet.
type smsClient struct {
	*testing.T
	net.Conn
}

func smsWorld(t *testing.T) (*Server, *smsClient) {
	t.Helper()
	s := New(Options{SMSLogin: "shop", SMSPassword: "geheim"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.ServeSMPP(l)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	return s, &smsClient{t, c}
}

func (c *smsClient) put(command, status, seq uint32, body string) {
	c.Helper()
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(body)))
	for _, v := range []uint32{command, status, seq} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	if _, err := c.Write(append(b, body...)); err != nil {
		c.Fatal(err)
	}
}

func (c *smsClient) get() (command, status, seq uint32, body []byte) {
	c.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	var head [16]byte
	if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
		c.Fatalf("read: %v", err)
	}
	body = make([]byte, binary.BigEndian.Uint32(head[:])-16)
	if _, err := io.ReadFull(c.Conn, body); err != nil {
		c.Fatal(err)
	}
	return binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:]), body
}

func (c *smsClient) bind(password string) uint32 {
	c.Helper()
	c.put(smppTransceiver, 0, 1, "shop\x00"+password+"\x00\x00\x34\x00\x00\x00")
	_, status, _, _ := c.get()
	return status
}

func submitBody(to string, class, coding byte, text string) string {
	return "\x00\x01\x014930555010\x00\x01\x01" + to + "\x00" + string([]byte{class, 0, 0, 0, 0, 0, 0, coding, 0, byte(len(text))}) + text
}

func chatOf(s *Server, phone string) (out []string) {
	p := s.people.find(phone)
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.chat {
		out = append(out, b.From+" "+b.Number+" "+b.Text)
	}
	return out
}

func TestSMSReachesTheToyPhone(t *testing.T) {
	s, c := smsWorld(t)
	if got := c.bind("geheim"); got != 0 {
		t.Fatalf("bind: %#x", got)
	}
	for i, body := range []string{
		submitBody("4915112345678", 0, 0, "Gr\x1e\x7e f\x7er 5 \x1b\x65 @"), // 0x40 is ¡ in GSM 03.38
		submitBody("4915112345678", 0, 8, "\x06\x46\x06\x39"),
		submitBody("4915112345678", 0x40, 0, "\x05\x00\x03\x07\x02\x02zwei"),
		submitBody("4915112345678", 0x40, 0, "\x05\x00\x03\x07\x02\x01eins "),
	} {
		c.put(smppSubmit, 0, uint32(i+2), body)
		if command, status, seq, id := c.get(); command != smppSubmit|smppAnswer || status != 0 || seq != uint32(i+2) || !bytes.HasPrefix(id, []byte("sms_")) {
			t.Fatalf("answer %#x %#x %d %q", command, status, seq, id)
		}
	}
	want := []string{"Grßü für 5 € ¡", "نع", "eins zwei"}
	for end := time.Now().Add(10 * time.Second); len(chatOf(s, "4915112345678")) < len(want) && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	got := chatOf(s, "4915112345678")
	if len(got) != len(want) {
		t.Fatalf("chat %q", got)
	}
	for i := range want {
		if got[i] != "business +4930555010 "+want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
	p := s.people.find("4915112345678")
	p.mu.Lock()
	rows := p.talk(reader{Lang: "de"}, s.estate.number(""), time.Now(), true)
	p.mu.Unlock()
	if last := rows[len(rows)-1]; last.Body != "eins zwei" || last.Mine || !strings.HasPrefix(last.Time, "von +4930555010") {
		t.Errorf("the phone shows %+v", last)
	}
	c.put(smppSubmit, 0, 9, submitBody("Bank", 0, 0, "x"))
	if _, status, _, _ := c.get(); status != smppWrongTarget {
		t.Errorf("a text to nobody: %#x", status)
	}
	c.put(smppAsk, 0, 10, "")
	if command, _, _, _ := c.get(); command != smppAsk|smppAnswer {
		t.Errorf("enquire_link: %#x", command)
	}
	c.put(0x103, 0, 11, "")
	if command, status, _, _ := c.get(); command != smppNack || status != smppWrongCommand {
		t.Errorf("data_sm: %#x %#x", command, status)
	}
}

func TestToyPhoneTextsWhoIsBound(t *testing.T) {
	s, c := smsWorld(t)
	p := s.people.meet("4915112345678")
	track, err := s.sms(p, "+4930555010", "KAFFEE")
	if err != nil {
		t.Fatal(err)
	}
	<-track.tried
	select {
	case <-track.done:
		t.Error("taken, and nobody is bound")
	default:
	}
	if got := c.bind("geheim"); got != 0 {
		t.Fatalf("bind: %#x", got)
	}
	long := strings.Repeat("ü", 80)
	for _, text := range []string{"Ja 👍", long} {
		if track, err = s.sms(p, "+4930555010", text); err != nil {
			t.Fatal(err)
		}
		got := ""
		for pieces := 0; ; pieces++ {
			command, _, seq, body := c.get()
			if command != smppDeliver || !bytes.Contains(body, []byte("4915112345678\x00\x01\x014930555010\x00")) {
				t.Fatalf("%#x %q", command, body)
			}
			c.put(smppDeliver|smppAnswer, 0, seq, "\x00")
			at := bytes.Index(body, []byte("4930555010\x00")) + 11
			raw := body[at+10:]
			if body[at] == 0x40 {
				raw = raw[6:]
			}
			if got += smsDecode(8, raw); got == text || pieces > 3 {
				break
			}
		}
		if got != text {
			t.Errorf("%q came as %q", text, got)
		}
		select {
		case <-track.done:
		case <-time.After(10 * time.Second):
			t.Error("not taken")
		}
	}
}

func TestStrangersMayNotBind(t *testing.T) {
	_, c := smsWorld(t)
	if got := c.bind("falsch"); got != smppWrongPassword {
		t.Errorf("bind: %#x", got)
	}
}

// FuzzSMSC: no octets bring the SMS centre down.
func FuzzSMSC(f *testing.F) {
	f.Add([]byte(submitBody("4915112345678", 0x40, 8, "\x05\x00\x03\x07\x02\x01eins ")))
	f.Add([]byte{})
	s := New(Options{})
	c := &smsc{s: s, long: map[string][]string{}}
	f.Fuzz(func(t *testing.T, body []byte) {
		near, far := net.Pipe()
		go io.Copy(io.Discard, far)
		(&smsLine{c: c, conn: near, waiting: map[uint32]chan uint32{}}).submitted(1, body)
		near.Close()
		if len(c.long) > 1000 {
			t.Fatalf("%d long texts are kept", len(c.long))
		}
	})
}
