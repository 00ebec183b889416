//go:build unix

package graph

import (
	"crypto/tls"
	"net"
	"syscall"
)

// alive asks the kernel, without waiting, whether a kept connection has been closed by the other side. Nothing
// should be there to read between two exchanges: an end, an error or stray bytes all mean a new one is better.
// It spares most of the unknown outcomes that a send into a dead connection would have.
func alive(c net.Conn) bool {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, e := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = e == syscall.EAGAIN || e == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && quiet
}
