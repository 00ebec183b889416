package graph

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLaneSpeaksTLSAndKeepsItsConnection(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || r.ProtoMajor != 1 {
			t.Errorf("%s, TLS %v", r.Proto, r.TLS != nil)
		}
		_, _ = w.Write(golden(t, "answer/sent"))
	}))
	var dialled atomic.Int64
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			dialled.Add(1)
		}
	}
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of the stranger below
	s.StartTLS()
	defer s.Close()
	c := clientTo(s.URL)
	tr := c.HTTP.Transport.(*http.Transport)
	tr.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
	for range 5 {
		if a, err := c.Send(context.Background(), "31", []byte(hello), open); err != nil || a.Outcome != Sent {
			t.Fatal(a.Outcome, err)
		}
	}
	if dialled.Load() != 1 || c.lane() == nil {
		t.Errorf("%d connections for 5 sends", dialled.Load())
	}
	c.CloseIdle()
	stranger := clientTo(s.URL)
	stranger.HTTP.Transport.(*http.Transport).TLSClientConfig = tr.TLSClientConfig.Clone()
	stranger.HTTP.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool()
	if a, err := stranger.Send(context.Background(), "31", []byte(hello), open); a.Outcome != NotSent || err == nil {
		t.Errorf("certificate of nobody: %s, %v", a.Outcome, err)
	}
}

func TestThroughAProxyItGoesByNetHTTP(t *testing.T) {
	var by atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by.Add(1)
		if b, _ := io.ReadAll(r.Body); string(b) != hello || r.URL.Host != "graph.example" {
			t.Errorf("%s %q", r.URL, b)
		}
		_, _ = w.Write(golden(t, "answer/sent"))
	}))
	defer proxy.Close()
	c := clientTo("http://graph.example")
	via, _ := url.Parse(proxy.URL)
	c.HTTP.Transport.(*http.Transport).Proxy = http.ProxyURL(via)
	a, err := c.Send(context.Background(), "31", []byte(hello), open)
	if err != nil || a.Outcome != Sent || by.Load() != 1 || c.lane() != nil {
		t.Errorf("%s, %v, %d by the proxy", a.Outcome, err, by.Load())
	}
}

func TestLaneReadsWhatServersMaySay(t *testing.T) {
	ok := `{"messages":[{"id":"wamid.A"}]}`
	for name, answer := range map[string]string{
		"chunked":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n" + ok + "\r\n0\r\n\r\n",
		"early hints":   "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n" + ok,
		"until the end": "HTTP/1.1 200 OK\r\n\r\n" + ok,
		"HTTP/1.0":      "HTTP/1.0 200 OK\r\nContent-Length: 31\r\n\r\n" + ok,
		"stray bytes":   "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n" + ok + "HTTP/1.1 500 x\r\n\r\n",
		"close":         "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 31\r\n\r\n" + ok,
	} {
		keeps := name == "chunked" || name == "early hints" // the others say or show that they will close
		addr, stop := listening(t, func(c net.Conn) {
			for ok := true; ok && request(c); ok = keeps {
				_, _ = io.WriteString(c, answer)
			}
		})
		c := clientTo("http://" + addr)
		for range 2 {
			if a, err := c.Send(context.Background(), "31", []byte(hello), open); a.Outcome != Sent || a.WAMID != "wamid.A" {
				t.Errorf("%s: %s, %v", name, a.Outcome, err)
			}
		}
		c.CloseIdle()
		stop()
	}
}

func TestLaneWritesNoSecondRequestIntoTheFirst(t *testing.T) {
	s := answering(t, 200, `{"messages":[{"id":"wamid.A"}]}`)
	for _, path := range []string{"31/messages HTTP/1.1\r\nX: y", "31/messages\r\n\r\n", "31 /messages"} {
		if a, err := clientTo(s.URL).SendPath(context.Background(), path, []byte(hello), open); a.Outcome != NotSent || err == nil {
			t.Errorf("%q: %s, %v", path, a.Outcome, err)
		}
	}
	c := clientTo(s.URL)
	c.Token = "t\r\nX: y"
	if a, err := c.Send(context.Background(), "31", []byte(hello), open); a.Outcome != NotSent || strings.Contains(err.Error(), "X: y") {
		t.Errorf("%s, %v", a.Outcome, err)
	}
}

func TestManyAtOnceGetTheirOwnAnswers(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		_, _ = w.Write(bytes.Replace([]byte(`{"messages":[{"id":"wamid.ID"}]}`), []byte("ID"), b, 1))
	}))
	defer s.Close()
	c := clientTo(s.URL)
	defer c.CloseIdle()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 50 {
				id := fmt.Sprintf("%d.%d", i, j)
				if a, err := c.Send(context.Background(), "31", []byte(id), open); a.WAMID != "wamid."+id {
					t.Errorf("%s got %s, %v", id, a.WAMID, err)
				}
			}
		})
	}
	all.Wait()
}
