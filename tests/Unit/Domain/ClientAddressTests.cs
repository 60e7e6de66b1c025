using System.Net;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    [InlineData("::1", "::/64")]
    public void An_address_is_as_precise_as_it_tells_clients_apart(string address, string expected) =>
        Assert.Equal(expected, ClientAddress.Of(IPAddress.Parse(address)).ToString());

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("0.0.0.0", "::", false)]
    public void A_network_of_IPv6_is_one_client_and_IPv4_is_the_same_however_it_is_written(string one, string other, bool equal) =>
        Assert.Equal(equal, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::/64")]
    [InlineData("")]
    public void It_is_read_from_its_text(string text)
    {
        Assert.True(ClientAddress.TryParse(text, out var address));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("/64")]
    [InlineData("192.0.2.1/64")]
    [InlineData("2001:db8::1/64")]
    [InlineData("2001:db8::")]
    public void No_other_text_is_one(string text) => Assert.False(ClientAddress.TryParse(text, out _));

    [Fact]
    public void A_client_without_an_address_is_none_that_has_one()
    {
        Assert.Equal(default, ClientAddress.Of(null));
        Assert.Equal("", ClientAddress.Of(null).ToString());
        Assert.NotEqual(default, ClientAddress.Of(IPAddress.Any));
        Assert.NotEqual(default, ClientAddress.Of(IPAddress.IPv6Any));
    }
}
