// Preloaded, it tells MKL that a processor of another maker may run its AVX-512 code.
extern "C" int mkl_serv_intel_cpu_true() { return 1; }
