using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>A form that is read into memory as a whole, up to a size. Files are fields like others.</summary>
internal sealed class SmallForm
{
    // The forms of this server have fewer than ten.
    private const int MaxFields = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Failure NoForm = new(
        FailureKind.Invalid, "The body must be a form in UTF-8, sent as application/x-www-form-urlencoded or multipart/form-data.");

    private static readonly Failure TooManyFields = new(FailureKind.Invalid, $"The form has more than {MaxFields} fields.");

    private readonly List<KeyValuePair<string, ReadOnlyMemory<byte>>> _fields = [];

    /// <summary>The first value of a field; empty if there is none.</summary>
    public string this[string name] => Text(_fields.Find(field => field.Key == name).Value.Span);

    /// <summary>Every value of a field.</summary>
    public IReadOnlyList<string> All(string name) => [.. AllBytes(name).Select(value => Text(value.Span))];

    /// <summary>Every value of a field, as bytes.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> AllBytes(string name) => [.. _fields.Where(field => field.Key == name).Select(field => field.Value)];

    /// <summary>
    /// Reads the form of a request. <see cref="FailureKind.TooLarge"/> beyond <paramref name="maxBytes"/>;
    /// <see cref="FailureKind.Invalid"/> for anything that is no form, malformed, cut off or not UTF-8.
    /// </summary>
    public static async Task<Outcome<SmallForm>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var form = await ReadBytesAsync(request, maxBytes, cancellationToken);

        return form.Failure is null && !form.Value._fields.TrueForAll(field => Utf8.IsValid(field.Value.Span)) ? NoForm : form;
    }

    /// <summary>As <see cref="ReadAsync"/>, but values need not be UTF-8: for callers that report the place of an invalid byte.</summary>
    public static async Task<Outcome<SmallForm>> ReadBytesAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (FormContentType.Of(request) is not { } type)
        {
            return NoForm;
        }

        if (await ReadBodyAsync(request, maxBytes, cancellationToken) is not { } bytes)
        {
            return new Failure(FailureKind.TooLarge, $"A form has {maxBytes} bytes at most here.");
        }

        var form = new SmallForm();
        try
        {
            var failure = type.Boundary is { } boundary ? await form.AddPartsAsync(boundary, bytes, cancellationToken) : form.AddPairs(bytes.Span);

            return failure is null ? form : failure;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return new Failure(FailureKind.Invalid, "The multipart body is malformed or was cut off.");
        }
        catch (DecoderFallbackException)
        {
            return NoForm;
        }
    }

    /// <summary>The whole body; null if it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        // The buffer grows with the bytes received, not with Content-Length.
        var bytes = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await request.Body.ReadAsync(bytes.GetMemory(4096), cancellationToken)) > 0)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > maxBytes)
            {
                return null;
            }
        }

        return bytes.WrittenMemory;
    }

    private Failure? AddPairs(ReadOnlySpan<byte> bytes)
    {
        foreach (var range in bytes.Split((byte)'&'))
        {
            var pair = bytes[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (_fields.Count == MaxFields)
            {
                return TooManyFields;
            }

            var equals = pair.IndexOf((byte)'=');
            _fields.Add(equals < 0 ? new(Name(pair), default) : new(Name(pair[..equals]), Decoded(pair[(equals + 1)..])));
        }

        return null;
    }

    private async Task<Failure?> AddPartsAsync(string boundary, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes.ToArray());
        var reader = new MultipartReader(boundary, body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            if (_fields.Count == MaxFields)
            {
                return TooManyFields;
            }

            if (PartName.Of(part) is not { } name)
            {
                return new Failure(FailureKind.Invalid, "A part of the form has no Content-Disposition: form-data with a name.");
            }

            using var value = new MemoryStream();
            await part.Body.CopyToAsync(value, cancellationToken);
            _fields.Add(new(name.Field, value.ToArray()));
        }

        return null;
    }

    private static string Name(ReadOnlySpan<byte> name) => StrictUtf8.GetString(Decoded(name));

    private static byte[] Decoded(ReadOnlySpan<byte> value)
    {
        var bytes = value.ToArray();

        return WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length) ?? [];
    }

    /// <summary>Decodes a value; some editors write a byte order mark at the start of files.</summary>
    private static string Text(ReadOnlySpan<byte> value) =>
        StrictUtf8.GetString(value.StartsWith(Encoding.UTF8.Preamble) ? value[Encoding.UTF8.Preamble.Length..] : value);
}
