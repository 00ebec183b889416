//go:build !unix

package dbtest

// sharedCluster needs the locks and users of Unix.
func sharedCluster() (string, error) { return "", errNoServer }
