namespace PyWharf.Api.Http;

/// <summary>Marks the endpoints that receive uploads.</summary>
internal sealed class UploadEndpoint
{
    public static UploadEndpoint Instance { get; } = new();
}
