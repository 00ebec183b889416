package quality

import "math"

// Share is the range in which a rate lies that was seen k times out of n: 95 % of the belief after that sample (a Beta
// distribution with Jeffreys' prior, so that 0 of 3 does not read as "never"). Of nothing seen it is from 0 to 1.
func Share(k, n int64) (low, high float64) {
	if n <= 0 || k < 0 || k > n {
		return 0, 1
	}
	a, b := float64(k)+0.5, float64(n-k)+0.5
	low, high = quantile(a, b, 0.025), quantile(a, b, 0.975)
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}

// quantile halves the way until it is exact enough for four digits of a percentage.
func quantile(a, b, p float64) float64 {
	from, to := 0.0, 1.0
	for range 48 {
		mid := (from + to) / 2
		if below(a, b, mid) < p {
			from = mid
		} else {
			to = mid
		}
	}
	return (from + to) / 2
}

// below is the regularised incomplete beta function, by its continued fraction (Lentz; DLMF 8.17.22).
func below(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - below(b, a, 1-x)
	}
	whole, _ := math.Lgamma(a + b)
	left, _ := math.Lgamma(a)
	right, _ := math.Lgamma(b)
	front := math.Exp(whole-left-right+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny = 1e-300
	c, d, f := 1.0, 0.0, 1.0
	for i := range 400 {
		m := float64(i / 2)
		var t float64
		switch {
		case i == 0:
			t = 1
		case i%2 == 0:
			t = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			t = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		if d = 1 + t*d; math.Abs(d) < tiny {
			d = tiny
		}
		if c = 1 + t/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		f *= c * d
		if i > 0 && math.Abs(1-c*d) < 1e-12 {
			break
		}
	}
	return front * (f - 1)
}
