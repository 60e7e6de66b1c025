namespace PyWharf.Infrastructure.Doctor;

/// <summary>An upload without credentials and without meaning, which pywharf refuses (401).</summary>
internal static class RawUpload
{
    /// <summary>The headers of one with a body of so many bytes.</summary>
    public static string[] Headers(long bytes) => ["Content-Type: multipart/form-data; boundary=x", $"Content-Length: {bytes}"];

    /// <summary>Whether the proxy refuses the size: pywharf asks for credentials first.</summary>
    public static bool IsTooLarge(Reply reply) => reply.Status == 413;
}
