using Microsoft.AspNetCore.Http;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>Answers a request otherwise than it should be.</summary>
/// <param name="http">The request.</param>
/// <param name="right">The right answer; empty where that is 404.</param>
internal delegate Task FakeFault(HttpContext http, FakeAnswer right);
