namespace PyWharf.Application.Rendering;

/// <summary>A page under one media type. Its parts are made when first asked for, once, and from any thread.</summary>
public sealed class PageRepresentation
{
    internal PageRepresentation(string contentType, Func<byte[]> content)
    {
        ContentType = contentType;
    }

    /// <summary>The value of the Content-Type header.</summary>
    public string ContentType { get; }

    /// <summary>Not compressed.</summary>
    public EncodedContent Identity => throw new NotImplementedException();

    /// <summary>Compressed with gzip.</summary>
    public EncodedContent Gzip => throw new NotImplementedException();

    /// <summary>Whether a client that takes gzip should get it: not for a page that fits into one packet anyway.</summary>
    public bool IsWorthCompressing => throw new NotImplementedException();
}
