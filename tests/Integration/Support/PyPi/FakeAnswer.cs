namespace PyWharf.Integration.Support.PyPi;

/// <summary>The right answer to a request.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record FakeAnswer(string ContentType, byte[] Body);
