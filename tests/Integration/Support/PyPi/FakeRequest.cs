using Microsoft.AspNetCore.Http;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>A request that <see cref="FakePyPi"/> was sent.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, decoded.</param>
/// <param name="Headers">Its headers.</param>
internal sealed record FakeRequest(string Method, string Path, IHeaderDictionary Headers);
