// The one function of bcryptprimitives.dll that Rust's standard library imports. Wine has this
// library since version 9. Only for tests under an older one.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    return RtlGenRandom(buffer, (ULONG)length);
}
